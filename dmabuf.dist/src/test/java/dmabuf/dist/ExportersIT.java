package dmabuf.dist;

import static dmabuf.dist.Command.dmabuf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verb exporters, and what configuration does to it. */
class ExportersIT {

    private static final Pattern MEMBER = Pattern.compile("\"(\\w+)\": (\"[^\"]*\"|\\[[^]]*]|\\{[^}]*}|\\w+)");

    @Test
    void tableLabelsWhatIsSimulated() {
        List<String> lines = dmabuf("exporters", "--kernel", "simulated").run().succeeds().out().lines().toList();
        assertTrue(lines.get(0).matches("EXPORTER +DEVICE +KERNEL +MODE +CACHING +SYNC +MEMORY +LIFETIME +LIMIT +GEN +BUNDLE"),
                lines::toString);
        assertTrue(lines.get(1).matches(
                "heap +/dev/dma_heap/system +simulated +dma-buf +cached +needed +system +self-contained +none +1 +exporter\\.heap 1\\..*"),
                lines::toString);
        assertTrue(lines.get(2).matches(
                "udmabuf +/dev/udmabuf +simulated +dma-buf +cached +needed +system +self-contained +64 MiB +1 +exporter\\.udmabuf 1\\..*"),
                lines::toString);
        assertTrue(lines.getLast().startsWith("simulated: "), lines::toString);
    }

    @Test
    void jsonHasEveryMemberInItsOrder() {
        Command.Ended ended = dmabuf("exporters", "--json", "--kernel", "simulated").run().succeeds();
        assertEquals("", ended.err());
        String text = ended.out().strip();
        assertTrue(text.startsWith("[") && text.endsWith("]"), text);
        List<String> objects = text.lines().filter(line -> line.contains("\"exporter\": \"udmabuf\"")).toList();
        assertEquals(1, objects.size(), text);
        checkUdmabuf(objects.getFirst());
    }

    private static void checkUdmabuf(String text) {
        List<String> names = MEMBER.matcher(text).results().map(member -> member.group(1)).toList();
        assertEquals(List.of("exporter", "device", "kernel", "allocates", "mmap", "caching", "modes", "placement", "needsSync", "lifetime",
                "maxSize", "modifiers", "strideAlignment", "generation", "bundle", "version"), names);
        assertEquals("\"udmabuf\"", member(text, "exporter"));
        assertEquals("\"/dev/udmabuf\"", member(text, "device"));
        assertEquals("\"simulated\"", member(text, "kernel"));
        assertEquals("true", member(text, "mmap"));
        assertEquals("[\"cached\"]", member(text, "caching"));
        assertEquals("{\"dma-buf\": [\"cached\"]}", member(text, "modes"));
        assertEquals("[\"system\"]", member(text, "placement"));
        assertEquals("true", member(text, "needsSync"));
        assertEquals("\"self-contained\"", member(text, "lifetime"));
        assertEquals(Integer.toString(64 << 20), member(text, "maxSize"));
        assertEquals("1", member(text, "generation"));
        assertEquals("\"exporter.udmabuf\"", member(text, "bundle"));
    }

    private static String member(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\": (\"[^\"]*\"|\\[[^]]*]|\\{[^}]*}|\\w+)").matcher(json);
        assertTrue(matcher.find(), () -> name + " is missing: " + json);
        return matcher.group(1);
    }

    @Test
    void simulatedDevicesAreNotMeasured() {
        List<String> lines = dmabuf("exporters", "--measure", "--kernel", "simulated").run().succeeds().out().lines().toList();
        assertTrue(lines.get(0).matches("EXPORTER +DEVICE +MODE +MEMORY +CLAIM +READ +WRITE +VERDICT"), lines::toString);
        assertTrue(lines.get(1).matches("heap +/dev/dma_heap/system +dma-buf +system +cached +- +- +simulated: nothing to measure"),
                lines::toString);
        String json = dmabuf("exporters", "--json", "--measure", "--kernel", "simulated").run().succeeds().out();
        String udmabuf = json.lines().filter(line -> line.contains("\"udmabuf\"")).findFirst().orElseThrow();
        assertEquals("\"cached\"", member(udmabuf, "claim"));
        assertEquals("\"simulated\"", member(udmabuf, "verdict"));
        assertEquals("null", member(udmabuf, "measured"));
    }

    /** Configures the other drivers to find nothing, so that udmabuf is the only one. */
    private static void leaveUdmabufAlone(Path configuration) throws IOException {
        Files.writeString(configuration.resolve("exporter.heap.cfg"), "heaps = none\n");
        Files.writeString(configuration.resolve("exporter.kms.cfg"), "cards = none\n");
    }

    @Test
    void noExporterIsAFailureThatSaysWhatToDo(@TempDir Path configuration) throws Exception {
        leaveUdmabufAlone(configuration);
        Files.writeString(configuration.resolve("exporter.udmabuf.cfg"), "device = /dev/nosuch\n");
        dmabuf("exporters", "--conf", configuration).run().fails(1, "no exporter is here", "sudo modprobe udmabuf");
        Command.Ended json = dmabuf("exporters", "--json").with("DMABUF_CONF", configuration.toString()).run();
        json.fails(1, "no exporter is here");
        assertEquals("[]", json.out().strip());
    }

    @Test
    void configurationIsThereFromTheFirstMoment(@TempDir Path configuration) throws Exception {
        Files.writeString(configuration.resolve("exporter.udmabuf.cfg"), "# a comment\ndevice = /dev/udmabuf\nkernel = simulated\n");
        String text = dmabuf("exporters", "--json", "--conf", configuration).run().succeeds().out();
        assertEquals("1", member(text, "generation"));
    }

    @Test
    void configurationThatMakesNoSenseIsReported(@TempDir Path configuration) throws Exception {
        leaveUdmabufAlone(configuration);
        Files.writeString(configuration.resolve("exporter.udmabuf.cfg"), "kernel = hurd\n");
        Command.Ended ended = dmabuf("exporters", "--conf", configuration).run();
        assertEquals(1, ended.status(), ended::toString);
        List<String> lines = ended.err().lines().toList();
        assertEquals(2, lines.size(), ended::toString);
        assertTrue(lines.get(0).startsWith("dmabuf: exporter.udmabuf did not start: "), ended::toString);
        assertTrue(lines.get(0).toLowerCase(Locale.ROOT).contains("hurd"), ended::toString);
    }

    @Test
    void foreignDriverInTheDeployFolderIsFound(@TempDir Path deploy) throws Exception {
        // The folder replaces the distribution's own, and what lies there may have any name.
        assertEquals(1, dmabuf("exporters", "--deploy", deploy).run().status());
        Files.copy(Command.HOME.resolve("deploy/exporter.udmabuf.jar"), deploy.resolve("driver of mine.jar"));
        String text = dmabuf("exporters", "--deploy", deploy, "--json", "--kernel", "simulated").run().succeeds().out();
        assertEquals("\"exporter.udmabuf\"", member(text, "bundle"));
    }
}
