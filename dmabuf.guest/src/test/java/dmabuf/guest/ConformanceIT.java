package dmabuf.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The kit for exporters on real devices: udmabuf, a heap, and a card; and slots of a real KVM. */
@EnabledIfSystemProperty(named = "guest", matches = "true", disabledReason = "boots a real kernel in QEMU: ask for it with -Dguest=true")
class ConformanceIT {

    private static final int MOST = 20;
    private static final int SLOTS = 5;

    @Test
    void exportersKeepTheirPromisesOnARealKernel() throws Exception {
        GuestSettings settings = GuestSettings.ofEnvironment();
        List<Path> classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of).toList();
        GuestOptions options = GuestOptions.of(settings);
        for (Path entry : classPath) {
            options = options.withVisible(entry);
        }
        List<String> command = JavaCommand.of(classPath, ConformanceProbe.class.getName(), List.of());
        GuestResult result = Guest.prepare(GuestMachine.full(), settings, ConsoleProgress.ofStandardError()).run(command, options);
        assertEquals(0, result.exit(), result.stdout() + result.stderr());
        for (String exporter : List.of("Udmabuf", "Heap", "Kms")) {
            long passed = result.stdout().lines().filter(line -> line.startsWith("successful " + exporter + " ")).count();
            // Those that need what an exporter does not offer are skipped.
            assertTrue(passed >= MOST, () -> "only " + passed + " checks of " + exporter + " passed:\n" + result.stdout());
        }
        List<String> kvm = result.stdout().lines().filter(line -> line.startsWith("successful ") && line.contains("REAL_KVM")).toList();
        assertTrue(kvm.size() >= SLOTS, () -> "a real virtual processor looked at slots only so often: " + kvm + "\n" + result.stdout());
    }
}
