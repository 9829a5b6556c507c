package dmabuf.tck.exporter;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.tck.exporter.wrong.FailsOnly;
import dmabuf.tck.exporter.wrong.RightExporter;
import dmabuf.tck.exporter.wrong.RightExporterOfADevice;
import dmabuf.tck.exporter.wrong.RightExporterWithOps;
import dmabuf.tck.exporter.wrong.WrongAnswers;
import dmabuf.tck.exporter.wrong.WrongDescriptions;
import dmabuf.tck.exporter.wrong.WrongLives;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kit for exporters lets a right one pass, and each wrong one fail in what is wrong with it and in nothing else. */
class ExporterConformanceTest {

    /** Checks of exporters that hand out what a device has; those that make memory pass them over. */
    private static final Set<String> OF_DEVICES = Set.of("everyModeMapsWhatADeviceHasAndShowsItAlike");
    /** Checks of exporters that make memory. */
    private static final Set<String> OF_MEMORY = Set.of(
            "everyModeMapsAndReadsBackWhatWasWritten", "allModesShowTheSameMemory", "partOfABufferIsMappedAtItsOffset",
            "newBufferTellsNothingOfOthers", "everyExportIsABufferOfItsOwn");

    @TempDir
    private Path folder;

    static Stream<Class<?>> wrongOnes() {
        return Stream.of(WrongDescriptions.class, WrongAnswers.class, WrongLives.class)
                .flatMap(theme -> Arrays.stream(theme.getDeclaredClasses()))
                .filter(type -> type.isAnnotationPresent(FailsOnly.class));
    }

    @Test
    void rightExporterPasses() throws IOException {
        SuiteRun run = SuiteRun.of(RightExporter.class, folder);
        assertEquals(Set.of(), run.failed.entrySet());
        assertEquals(OF_DEVICES, run.skipped.keySet());
        assertEquals(testsBut(OF_DEVICES), run.passed.keySet());
    }

    @Test
    void exporterThatHandsOutWhatADeviceHasPasses() throws IOException {
        SuiteRun run = SuiteRun.of(RightExporterOfADevice.class, folder);
        assertEquals(Set.of(), run.failed.entrySet());
        assertEquals(OF_MEMORY, run.skipped.keySet());
        assertEquals(testsBut(OF_MEMORY), run.passed.keySet());
    }

    @Test
    void exporterWithAPartInItsBuffersPasses() throws IOException {
        SuiteRun run = SuiteRun.of(RightExporterWithOps.class, folder);
        assertEquals(Set.of(), run.failed.entrySet());
        assertEquals(testsBut(OF_DEVICES), run.passed.keySet());
    }

    @ParameterizedTest
    @MethodSource("wrongOnes")
    void wrongExporterFailsInWhatIsWrongWithIt(Class<? extends RightExporter> exporter) throws IOException {
        FailsOnly wrong = exporter.getAnnotation(FailsOnly.class);
        SuiteRun run = SuiteRun.of(exporter, folder, wrong.headers());
        run.failed.remove(wrong.perhaps());
        assertAll(
                () -> assertEquals(Set.of(wrong.value()), run.failed.keySet(), () -> run.failed.toString()),
                () -> assertTrue(run.failed.getOrDefault(wrong.value(), "").contains(wrong.saying()), () -> run.failed.toString()));
    }

    @Test
    void everyTestOfTheKitHasAnExporterThatFailsIt() {
        Set<String> failing = wrongOnes()
                .map(type -> type.getAnnotation(FailsOnly.class).value())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(testsBut(Set.of()), failing);
    }

    private static Set<String> testsBut(Set<String> others) {
        return Arrays.stream(ExporterConformance.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(method -> method.getName())
                .filter(name -> !others.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
