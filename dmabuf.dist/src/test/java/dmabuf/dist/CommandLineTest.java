package dmabuf.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.shell.UsageException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandLineTest {

    private static CommandLine parse(String... arguments) {
        return CommandLine.parse(List.of(arguments), Map.of());
    }

    @Test
    void commonOptionsArePickedOutWhereverTheyStand() {
        CommandLine line = parse("export", "-v", "--size", "4K", "--kernel", "linux", "--conf", "c", "--verbose", "--deploy", "d", "x");
        assertEquals("export", line.verb());
        assertEquals("linux", line.kernel());
        assertEquals(Path.of("c"), line.configuration());
        assertEquals(Path.of("d"), line.deploy());
        assertEquals(2, line.verbosity());
        assertEquals(List.of("--size", "4K", "x"), line.rest());
    }

    @Test
    void nothingIsPickedOutBehindTwoDashes() {
        assertEquals(List.of("--", "-v", "--kernel"), parse("demo", "--", "-v", "--kernel").rest());
    }

    @Test
    void environmentGivesTheDefaults() {
        CommandLine line = CommandLine.parse(
                List.of("run"), Map.of("DMABUF_KERNEL", "simulated", "DMABUF_CONF", "/c", "DMABUF_DEPLOY", "/d"));
        assertEquals("simulated", line.kernel());
        assertEquals(Path.of("/c"), line.configuration());
        assertEquals(Path.of("/d"), line.deploy());
        assertEquals(Path.of("/x/dmabuf"), CommandLine.parse(List.of("run"), Map.of("XDG_CONFIG_HOME", "/x")).configuration());
        assertEquals(Path.of(System.getProperty("user.home"), ".config", "dmabuf"), parse("run").configuration());
        assertEquals("auto", parse("run").kernel());
    }

    @Test
    void machineMeansTheSimulatedKernelUnlessSomethingElseIsSaid() {
        CommandLine line = parse("exporters", "--machine", "laptop");
        assertEquals("laptop", line.machine());
        assertEquals("simulated", line.kernel());
        assertEquals("auto", parse("exporters", "--machine", "laptop", "--kernel", "auto").kernel());
        assertEquals("", parse("exporters").machine());
        assertEquals("simulated", CommandLine.parse(List.of("run", "--machine", "vm"), Map.of("DMABUF_KERNEL", "linux")).kernel());
    }

    @Test
    void machineOfTheEnvironmentStandsBackForTheRealKernel() {
        Map<String, String> environment = Map.of("DMABUF_MACHINE", "atom");
        assertEquals("atom", CommandLine.parse(List.of("run"), environment).machine());
        assertEquals("auto", CommandLine.parse(List.of("run"), environment).kernel());
        assertEquals("all", CommandLine.parse(List.of("run", "--machine", "all"), environment).machine());
        assertEquals("", CommandLine.parse(List.of("run", "--kernel", "linux"), environment).machine());
        assertEquals("", CommandLine.parse(List.of("run"), Map.of("DMABUF_MACHINE", "")).machine());
    }

    @Test
    void machineThatDoesNotExistIsSaidWithThoseThatDo() {
        String said = assertThrows(UsageException.class, () -> parse("exporters", "--machine", "cray")).getMessage();
        assertTrue(said.contains("\"cray\"") && said.contains("default, laptop, atom"), said);
        assertThrows(UsageException.class, () -> parse("exporters", "--machine", ""));
        assertThrows(UsageException.class, () -> parse("exporters", "--machine"));
        assertThrows(UsageException.class, () -> parse("exporters", "--machine", "laptop", "--kernel", "linux"));
        assertThrows(UsageException.class, () -> parse("import", "--machine", "laptop"));
        assertThrows(UsageException.class, () -> CommandLine.parse(List.of("run"), Map.of("DMABUF_MACHINE", "cray")));
    }

    @Test
    void whatIsNotUnderstoodIsSaid() {
        assertThrows(UsageException.class, CommandLineTest::parse);
        assertThrows(UsageException.class, () -> parse("run", "--kernel", "hurd"));
        assertThrows(UsageException.class, () -> parse("run", "--conf"));
    }
}
