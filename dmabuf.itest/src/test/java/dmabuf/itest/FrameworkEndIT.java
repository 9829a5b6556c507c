package dmabuf.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.itest.container.ContainerJars;
import dmabuf.linux.ProcessResources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The framework ends while buffers are open and mapped: it ends, and the memory is usable until it is closed, or the process ends. */
class FrameworkEndIT {

    private final ProcessResources before = ProcessResources.now();

    @BeforeEach
    @AfterEach
    void forget() {
        System.clearProperty(BoundExporter.RELEASED);
        System.getProperties().remove(BoundExporter.GATE);
    }

    private static OwnFramework framework(Path folder, boolean bound) throws Exception {
        OwnFramework framework = new OwnFramework(folder, bound ? "(dmabuf.exporter=bound)" : Deployment.UDMABUF);
        if (bound) {
            framework.install("itest:bound", BoundExporter.bundle());
        } else {
            framework.install("exporter.udmabuf");
        }
        return framework;
    }

    private static List<UnaryOperator<String>> keeping(OwnFramework framework) {
        OwnFramework.IMPORTERS.forEach(each -> framework.insist(each, "keep"));
        return OwnFramework.IMPORTERS.stream().map(framework::importer).toList();
    }

    @ParameterizedTest(name = "an exporter that has a part in its buffers: {0}")
    @ValueSource(booleans = {false, true})
    void memoryIsUsableAfterTheEndUntilItIsClosed(boolean bound, @TempDir Path folder) throws Exception {
        List<UnaryOperator<String>> importers;
        try (OwnFramework framework = framework(folder, bound)) {
            importers = keeping(framework);
            framework.shutDown();
            for (UnaryOperator<String> importer : importers) {
                assertEquals("ok", importer.apply("check"));
                assertEquals("ok", importer.apply("map again"));
                assertFalse(importer.apply("keep").equals("ok"), "there is nobody to export any more");
                assertEquals("ok", importer.apply("close"));
            }
        }
        assertEquals(bound ? "released 8192 ".repeat(3) : "", System.getProperty(BoundExporter.RELEASED, ""));
        NoLeaks.check(before, Duration.ofMillis(OwnFramework.PATIENCE_MILLIS));
    }

    @Test
    void exportThatIsStuckDoesNotKeepTheFrameworkFromEnding(@TempDir Path folder) throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch open = new CountDownLatch(1);
        try (OwnFramework framework = framework(folder, true)) {
            List<UnaryOperator<String>> importers = keeping(framework);
            System.getProperties().put(BoundExporter.GATE, new CountDownLatch[] {entered, open});
            FutureTask<String> stuck = new FutureTask<>(() -> importers.getFirst().apply("keep"));
            Thread.ofPlatform().daemon().name("stuck").start(stuck);
            assertTrue(entered.await(OwnFramework.PATIENCE_MILLIS, TimeUnit.MILLISECONDS));

            try (LogCapture log = LogCapture.of("dmabuf.core")) {
                framework.shutDown();
                assertTrue(log.warnings().getFirst().contains("bound on /dev/udmabuf"), () -> log.warnings().toString());
            }

            assertFalse(stuck.isDone());
            open.countDown();
            // It goes on where it was; but the simulated machine has been switched off meanwhile.
            String answer = stuck.get(OwnFramework.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            assertTrue(answer.contains("/dev/udmabuf"), answer);
            importers.forEach(each -> assertEquals("ok", each.apply("check")));
            importers.forEach(each -> assertEquals("ok", each.apply("close")));
        } finally {
            open.countDown();
        }
        assertEquals("released 8192 ".repeat(3), System.getProperty(BoundExporter.RELEASED));
        NoLeaks.check(before, Duration.ofMillis(OwnFramework.PATIENCE_MILLIS));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {EndWithOpenBuffers.FRAMEWORK_FIRST, EndWithOpenBuffers.AT_ONCE})
    void processEndsInOrderWithBuffersOpenAndMapped(String way, @TempDir Path folder) throws Exception {
        Path said = folder.resolve("said");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp", System.getProperty("java.class.path"),
                "-D" + ContainerJars.FOLDER + "=" + System.getProperty(ContainerJars.FOLDER),
                EndWithOpenBuffers.class.getName(), way, Files.createDirectory(folder.resolve("framework")).toString());
        Process process = builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
        try {
            assertTrue(process.waitFor(2 * OwnFramework.PATIENCE_MILLIS, TimeUnit.MILLISECONDS), () -> "it does not end: " + read(said));
            assertEquals(0, process.exitValue(), () -> read(said));
            assertTrue(read(said).contains(EndWithOpenBuffers.LAST_WORDS), () -> read(said));
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
