package dmabuf.guest.machine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dmabuf.guest.GuestOptions;
import dmabuf.guest.GuestSettings;
import dmabuf.guest.Progress;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProcessEndTest {

    @TempDir
    Path folder;

    @Test
    void qemuEndsWhenCtrlCEndsThisProcess() throws Exception {
        assertQemuEndsAfter(Process::destroy);
    }

    @Test
    void qemuEndsWhenThisProcessIsKilled() throws Exception {
        assumeTrue(BoundToParent.isPossible(), "setpriv of util-linux is not here, which binds QEMU to a process that is killed");
        assertQemuEndsAfter(Process::destroyForcibly);
    }

    private void assertQemuEndsAfter(Consumer<Process> end) throws Exception {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java", "-cp", System.getProperty("java.class.path"),
                        Runner.class.getName(), folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = process.inputReader()) {
            Optional<ProcessHandle> qemu = ProcessHandle.of(Long.parseLong(output.readLine()));
            end.accept(process);
            if (qemu.isPresent()) {
                qemu.get().onExit().get(30, TimeUnit.SECONDS);
                assertFalse(qemu.get().isAlive());
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Another process: runs a guest that never ends, and prints the process number of its QEMU. */
    static final class Runner {

        private Runner() {}

        public static void main(String[] arguments) throws Exception {
            GuestOptions options = GuestOptions.of(GuestSettings.of(Map.of("HOME", "/h")))
                    .withTimeout(Duration.ofSeconds(50))
                    .relayedTo(System.out, System.err);
            new FakeQemu(Path.of(arguments[0]), "echo $$ >\"$control/stdout\"; exec sleep 1000\n").run(options, Progress.SILENT);
        }
    }
}
