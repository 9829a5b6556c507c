package dmabuf.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InvocationTest {

    @TempDir
    Path home;

    private GuestOptions defaults;

    @BeforeEach
    void readDefaults() throws GuestException {
        defaults = GuestOptions.of(GuestSettings.of(Map.of("HOME", "/h")));
    }

    @Test
    void optionsEndAtTheCommand() throws Exception {
        Invocation invocation = parse("--out", "/o", "--timeout", "60", "/bin/ls", "--out", "-l");

        assertEquals(List.of("/bin/ls", "--out", "-l"), invocation.command());
        assertEquals(Optional.of(Path.of("/o")), invocation.options().out());
        assertEquals(Duration.ofSeconds(60), invocation.options().timeout());
    }

    @Test
    void twoDashesEndTheOptions() throws Exception {
        assertEquals(List.of("-x"), parse("--", "-x").command());
    }

    @Test
    void wordWithoutSlashIsAVerbOfTheDistribution() throws Exception {
        Path script = Files.writeString(home.resolve("dmabuf"), "#!/bin/sh\n");
        assertEquals(true, script.toFile().setExecutable(true));

        Invocation verb = Invocation.parse(List.of("demo", "README.md"), defaults, Optional.of(home));
        Invocation program = Invocation.parse(List.of("/bin/demo"), defaults, Optional.of(home));

        assertEquals(List.of(script.toString(), "demo", "README.md"), verb.command());
        assertEquals(List.of(home), verb.options().visible());
        assertEquals(List.of("/bin/demo"), program.command());
    }

    @Test
    void distributionWithoutItsCommandIsReported() {
        assertThrows(GuestException.class, () -> Invocation.parse(List.of("demo"), defaults, Optional.of(home)));
    }

    @Test
    void variablesThatSteerTheVerbsGoAlong() {
        Map<String, String> environment = Map.of(
                "DMABUF_KERNEL", "linux", "DMABUF_GUEST_TIMEOUT", "9", "HOME", "/h", "DMABUF_JAVA_OPTS", "-Xlog:disable");

        Map<String, String> inherited = Invocation.inheriting(defaults, environment).environment();

        assertEquals(Set.of("DMABUF_KERNEL", "DMABUF_JAVA_OPTS"), inherited.keySet());
        assertEquals("linux", inherited.get("DMABUF_KERNEL"));
        assertEquals(
                String.join(" ", JavaCommand.EMULATION_FLAGS) + " -Xlog:disable", inherited.get("DMABUF_JAVA_OPTS"));
    }

    @Test
    void wrongUseIsExplained() {
        assertEquals("no command to run inside", assertThrows(WrongUseException.class, this::parse).getMessage());
        assertEquals("no command to run inside", assertThrows(WrongUseException.class, () -> parse("--")).getMessage());
        assertEquals("unknown option --fast", assertThrows(WrongUseException.class, () -> parse("--fast", "x")).getMessage());
        assertEquals("--out needs a value", assertThrows(WrongUseException.class, () -> parse("--out")).getMessage());
        assertThrows(GuestException.class, () -> parse("--timeout", "never", "x"));
    }

    private Invocation parse(String... words) throws WrongUseException, GuestException {
        return Invocation.parse(List.of(words), defaults, Optional.empty());
    }
}
