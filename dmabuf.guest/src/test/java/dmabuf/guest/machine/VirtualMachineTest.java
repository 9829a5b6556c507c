package dmabuf.guest.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.guest.GuestException;
import dmabuf.guest.GuestException.Reason;
import dmabuf.guest.GuestOptions;
import dmabuf.guest.GuestResult;
import dmabuf.guest.GuestSettings;
import dmabuf.guest.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class VirtualMachineTest {

    @TempDir
    Path folder;

    private GuestOptions options;

    @BeforeEach
    void readOptions() throws GuestException {
        options = GuestOptions.of(GuestSettings.of(Map.of("HOME", "/h"))).in(folder).withTimeout(Duration.ofSeconds(30));
    }

    @Test
    void outputStatusAndConsoleComeBack() throws Exception {
        Path out = folder.resolve("results/of this");
        GuestResult result = new FakeQemu(
                        folder,
                        """
                        stage Linux 6.12
                        stage devices
                        stage command
                        echo "to $(cat "$control/out")" >"$control/stdout"
                        echo problem >"$control/stderr"
                        stage end
                        finish 3
                        """)
                .run(options.withOut(out), Progress.SILENT);

        assertEquals(3, result.exit());
        assertEquals("to " + out + "\n", result.stdout());
        assertEquals("problem\n", result.stderr());
        assertTrue(result.console().startsWith("dmabuf-guest: stage Linux 6.12\n"), result.console());
        assertEquals(Optional.of(out), result.out());
        assertTrue(Files.isDirectory(out), "the out folder is made");
    }

    @Test
    void outputIsPassedOnWhileTheCommandRuns() throws Exception {
        Path seen = folder.resolve("seen");
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        OutputStream watching = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                stdout.write(b);
                if (!Files.exists(seen)) {
                    Files.createFile(seen);
                }
            }
        };

        GuestResult result = new FakeQemu(
                        folder,
                        """
                        printf 'first ' >"$control/stdout"
                        until [ -e "$(dirname "$0")/seen" ]; do :; done
                        printf 'second' >>"$control/stdout"
                        finish 0
                        """)
                .run(options.relayedTo(watching, OutputStream.nullOutputStream()), Progress.SILENT);

        assertEquals("first second", result.stdout());
        assertEquals("first second", stdout.toString(StandardCharsets.UTF_8));
    }

    @Test
    void guestThatHangsIsEndedWithItsConsole() throws Exception {
        FakeQemu qemu = new FakeQemu(
                folder,
                """
                stage Linux 6.12
                echo waiting for something >>"$console"
                echo half an answer >"$control/stdout"
                echo $$ >"$(dirname "$0")/pid"
                exec sleep 1000
                """);

        GuestException e = assertThrows(
                GuestException.class, () -> qemu.run(options.withTimeout(Duration.ofSeconds(2)), Progress.SILENT));

        assertEquals(Reason.TIMED_OUT, e.reason());
        assertTrue(e.getMessage().startsWith("the guest took longer than 2 s and was ended; it was at: Linux 6.12\n"), e.getMessage());
        assertTrue(e.getMessage().contains("the end of its console:\n  | dmabuf-guest: stage Linux 6.12\n  | waiting for something"));
        assertTrue(e.getMessage().contains("the end of the command's output:\n  | half an answer"), e.getMessage());
        assertGone();
    }

    @Test
    void guestThatPanicsIsAFailureWithThePanic() throws Exception {
        GuestException e = failure(
                """
                stage Linux 6.12
                echo '[    7.1] Kernel panic - not syncing: Fatal exception' >>"$console"
                """);

        assertEquals(Reason.DIED, e.reason());
        assertTrue(e.getMessage().lines().skip(1).findFirst().orElseThrow().endsWith("Kernel panic - not syncing: Fatal exception"));
    }

    @Test
    void qemuThatDiesIsAFailureWithWhatItSaid() throws Exception {
        GuestException e = failure("echo 'qemu: no such device' >&2; exit 1\n");

        assertEquals(Reason.DIED, e.reason());
        assertTrue(e.getMessage().contains("QEMU's was 1; it was at: power-on"), e.getMessage());
        assertTrue(e.getMessage().contains("what QEMU said:\n  | qemu: no such device"), e.getMessage());
    }

    @Test
    void guestThatBringsNothingBackIsAFailure() throws Exception {
        GuestException e = failure("stage Linux 6.12; stage devices; stage command; echo 0 >\"$control/status.new\"; stage end\n");

        assertEquals(Reason.DIED, e.reason());
        assertTrue(e.getMessage().contains("without an exit status of its command"), e.getMessage());
        assertTrue(e.getMessage().contains("it was at: end"), e.getMessage());
    }

    @Test
    void initThatFailsSaysWhy() throws Exception {
        GuestException e = failure("echo 'dmabuf-guest: failed: cannot insert the module vgem' >>\"$console\"\n");

        assertTrue(e.getMessage().contains("\n  dmabuf-guest: failed: cannot insert the module vgem\n"), e.getMessage());
    }

    @Test
    void statusThatIsNoNumberIsAFailure() throws Exception {
        assertTrue(failure("finish rubbish\n").getMessage().contains("no exit status, but \"rubbish\""));
    }

    @Test
    void guestThatDoesNotSwitchOffIsEndedWithItsResult() throws Exception {
        GuestResult result = new FakeQemu(folder, "echo $$ >\"$(dirname \"$0\")/pid\"; finish 0; exec sleep 1000\n")
                .run(options, Progress.SILENT);

        assertEquals(0, result.exit());
        assertGone();
    }

    @Test
    void missingQemuIsNamed() throws Exception {
        FakeQemu qemu = new FakeQemu(folder, "");
        Files.delete(folder.resolve("qemu"));

        GuestException e = assertThrows(GuestException.class, () -> qemu.run(options, Progress.SILENT));

        assertEquals(Reason.UNUSABLE, e.reason());
        assertTrue(e.getMessage().contains(folder.resolve("qemu").toString()), e.getMessage());
    }

    @Test
    void progressFollowsTheStages() throws Exception {
        List<String> said = new ArrayList<>();
        Progress progress = what -> new Progress.Step() {
            @Override
            public void detail(String text) {
                said.add(text);
            }

            @Override
            public void done(String result) {
                said.add(what + ": " + result);
            }

            @Override
            public void close() {}
        };

        new FakeQemu(folder, "stage Linux 6.12; stage devices; stage command; finish 0\n").run(options, progress);

        assertEquals(List.of("Linux 6.12", "devices", "boot Linux: Linux 6.12"), said);
    }

    private GuestException failure(String script) throws IOException {
        FakeQemu qemu = new FakeQemu(folder, script);
        return assertThrows(GuestException.class, () -> qemu.run(options, Progress.SILENT));
    }

    private void assertGone() throws IOException {
        long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
        assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false), "QEMU still runs");
    }
}
