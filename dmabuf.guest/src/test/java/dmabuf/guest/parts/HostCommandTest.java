package dmabuf.guest.parts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HostCommandTest {

    @TempDir
    Path folder;

    @Test
    void outputErrorsAndStatusComeBack() throws IOException {
        HostCommand command = HostCommand.of("sh", "-c", "echo $WORD; pwd; echo bad >&2; exit 3");

        HostCommand.Outcome outcome = command.environment("WORD", "good").in(folder).run();

        assertEquals(new HostCommand.Outcome(3, "good\n" + folder.toRealPath() + "\n", "bad\n"), outcome);
    }

    @Test
    void failureSaysCommandStatusAndReason() {
        IOException e = assertThrows(IOException.class, () -> HostCommand.of("sh", "-c", "echo why >&2; exit 7").check());

        assertEquals("sh -c echo why >&2; exit 7 failed with status 7:\nwhy", e.getMessage());
    }

    @Test
    void inputAndOutputMayBeFiles() throws IOException {
        Path input = Files.writeString(folder.resolve("in"), "through");
        Path output = folder.resolve("out");

        HostCommand.of("cat").input(input).output(output).check();

        assertEquals("through", Files.readString(output));
    }

    @Test
    void commandThatTakesTooLongIsEnded() {
        IOException e = assertThrows(IOException.class, () -> HostCommand.of("sleep", "1000").limit(Duration.ofMillis(200)).run());

        assertTrue(e.getMessage().contains("took longer"), e.getMessage());
    }

    @Test
    void missingProgramIsNamed() {
        IOException e = assertThrows(IOException.class, () -> HostCommand.of("dmabuf-no-such-program").run());

        assertTrue(e.getMessage().contains("dmabuf-no-such-program"), e.getMessage());
    }
}
