package dmabuf.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

@EnabledIfSystemProperty(named = "guest", matches = "true", disabledReason = "boots a real kernel in QEMU: ask for it with -Dguest=true")
class GuestIT {

    @TempDir
    static Path folder;

    private static GuestSettings settings;
    private static GuestResult result;
    private static Map<String, String> answers;

    @BeforeAll
    static void probeRealKernel() throws IOException, GuestException {
        settings = GuestSettings.ofEnvironment();
        List<Path> classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of).toList();
        GuestOptions options = GuestOptions.of(settings).withOut(folder.resolve("out"));
        for (Path entry : classPath) {
            options = options.withVisible(entry);
        }
        List<String> command =
                JavaCommand.of(classPath, RealKernelProbe.class.getName(), List.of(options.out().orElseThrow().toString()));
        result = Guest.prepare(GuestMachine.full(), settings, ConsoleProgress.ofStandardError()).run(command, options);
        answers = new TreeMap<>();
        result.stdout().lines().map(line -> line.split(" = ", 2)).forEach(pair -> answers.put(pair[0], pair[1]));
    }

    @Test
    void probeRunsToItsEnd() {
        assertEquals(0, result.exit(), result.stdout() + result.stderr());
        assertEquals("ok", answers.get("open"));
    }

    @Test
    void everyDeviceIsThere() {
        assertEquals("[/dev/dma_heap/system]", answers.get("heaps"));
        assertEquals(
                "[/dev/dri/card0, /dev/dri/card1, /dev/dri/card2, /dev/dri/card3,"
                        + " /dev/dri/renderD128, /dev/dri/renderD129, /dev/dri/renderD130]",
                answers.get("drm"));
        assertEquals("true", answers.get("video"));
        assertEquals("[/dev/vfio/0, /dev/vfio/1, /dev/vfio/vfio]", answers.get("vfio"));
        assertEquals("true", answers.get("kvm"));
    }

    @Test
    void udmabufIsItsMemfdsMemory() {
        assertEquals("1048576", answers.get("size"));
        assertEquals("1122334455667788", answers.get("alias"));
        assertEquals("EBUSY", answers.get("seal write"));
    }

    @Test
    void syncAnswersAsLinuxDoes() {
        assertEquals("ok", answers.get("sync start"));
        assertEquals("ok", answers.get("sync end"));
        assertEquals("EINVAL", answers.get("sync end before any start"));
        assertEquals("ok", answers.get("sync end once more"));
        assertEquals("EINVAL", answers.get("sync 0"));
        assertEquals("ENOTTY", answers.get("sync on memfd"));
    }

    @Test
    void refusalsAreLinuxs() {
        assertEquals("EINVAL", answers.get("create unaligned"));
        assertEquals("EINVAL", answers.get("create past the end"));
        assertEquals("EINVAL", answers.get("create unsealed"));
        assertEquals("EBADFD", answers.get("create of -1"));
        assertEquals("EINVAL", answers.get("ftruncate"));
    }

    @Test
    void displayWhosePictureIsARegionKnowsOnePlane() {
        assertEquals("[mbochs-small, mdpy-vga]", answers.get("vfio devices"));
        assertEquals("EBUSY", answers.get("mdpy second open"));
        assertEquals("34325258 640x480 stride 2560 size 2097152 id 16", answers.get("mdpy primary"));
        assertEquals(answers.get("mdpy primary"), answers.get("mdpy cursor"));
        assertEquals("ENOTTY", answers.get("mdpy get"));
        assertEquals("7f7f7f7f", answers.get("mdpy line 240"));
        assertEquals("336699", answers.get("mdpy pread of line 240"), "it reads the first line, whichever it is asked for");
        assertEquals("EINVAL", answers.get("mdpy map from the second page"));
    }

    @Test
    void displayWhosePictureIsADmaBufShowsItToDevicesOnly() {
        assertEquals("0 0x0 stride 0 size 0 id 0", answers.get("mbochs without a mode"));
        assertEquals("ENOMEM", answers.get("mbochs first query"));
        assertEquals("34325258 640x480 stride 2560 size 1228800 id", answers.get("mbochs second query"));
        assertEquals("0 0x0 stride 0 size 0 id 0", answers.get("mbochs cursor"));
        assertEquals("ENOENT", answers.get("mbochs unknown id"));
        assertEquals("ok", answers.get("mbochs get"));
        assertEquals("0", answers.get("mbochs close-on-exec"));
        assertEquals("1228800", answers.get("mbochs size"));
        assertEquals("EINVAL", answers.get("mbochs map to read"), "a file that is open for reading has no shared mappings, and it allows no other");
        assertEquals("EACCES", answers.get("mbochs map to write"));
        assertEquals("EINVAL", answers.get("mbochs map from the second page"));
        assertEquals("ENOMEM", answers.get("mbochs another mode"));
        assertEquals("1233284", answers.get("mbochs size that is no page's"));
    }

    @Test
    void coreWorksOnRealBuffers() {
        assertEquals("through core 1048576 42", answers.get("core"));
        assertEquals("1", answers.get("census"));
    }

    @Test
    void filesComeBackThroughTheOutFolder() throws IOException {
        assertEquals("<testsuite tests=\"1\"/>\n", Files.readString(folder.resolve("out/TEST-probe.xml")));
    }

    @Test
    void panicIsAFailureWithTheConsole() throws IOException, GuestException {
        Guest guest = Guest.prepare(GuestMachine.plain(), settings, Progress.SILENT);

        GuestException e = assertThrows(
                GuestException.class,
                () -> guest.run(List.of("/bin/sh", "-c", "echo c >/proc/sysrq-trigger"), GuestOptions.of(settings)));

        assertEquals(GuestException.Reason.DIED, e.reason());
        assertTrue(e.getMessage().contains("Kernel panic - not syncing: sysrq triggered crash"), e.getMessage());
    }

    @Test
    void hangEndsWithTheTimeLimit() throws IOException, GuestException {
        Guest guest = Guest.prepare(GuestMachine.plain(), settings, Progress.SILENT);
        GuestOptions options = GuestOptions.of(settings).withTimeout(Duration.ofSeconds(15));

        GuestException e = assertThrows(GuestException.class, () -> guest.run(List.of("/bin/sleep", "1000"), options));

        assertEquals(GuestException.Reason.TIMED_OUT, e.reason());
        assertTrue(e.getMessage().startsWith("the guest took longer than 15 s"), e.getMessage());
    }
}
