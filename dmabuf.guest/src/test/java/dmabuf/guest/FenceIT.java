package dmabuf.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Fences through the API on a real kernel: real sync files, real epoll, and the fences of a real vgem. */
@EnabledIfSystemProperty(named = "guest", matches = "true", disabledReason = "boots a real kernel in QEMU: ask for it with -Dguest=true")
class FenceIT {

    @Test
    void linuxAnswersAsTheSimulationDoes() throws Exception {
        GuestSettings settings = GuestSettings.ofEnvironment();
        List<Path> classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of).toList();
        GuestOptions options = GuestOptions.of(settings);
        for (Path entry : classPath) {
            options = options.withVisible(entry);
        }
        List<String> command = JavaCommand.of(classPath, FenceProbe.class.getName(), List.of());
        GuestResult result = Guest.prepare(GuestMachine.full(), settings, ConsoleProgress.ofStandardError()).run(command, options);
        assertEquals(0, result.exit(), result.stdout() + result.stderr());
        assertEquals(FenceProbeTest.EXPECTED, result.stdout());
    }
}
