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
import java.util.stream.Collectors;
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
    void sampleDisplaysAnswerAsTheSimulatedOnes() {
        Map<String, String> displays = new TreeMap<>(answers);
        displays.keySet().removeIf(name -> !name.matches("(vfio devices|mbochs .*|mdpy .*)"));

        assertEquals(VfioProbeTest.EXPECTED, VfioProbeTest.text(displays));
    }

    /** Real sync files, real epoll, and the fences of a real vgem. */
    @Test
    void fencesAnswerAsTheSimulatedOnes() {
        String fences = result.stdout().lines()
                .filter(line -> line.startsWith(RealKernelProbe.FENCE))
                .map(line -> line.substring(RealKernelProbe.FENCE.length()) + "\n")
                .collect(Collectors.joining());

        assertEquals(FenceProbeTest.EXPECTED, fences);
    }

    @Test
    void coreWorksOnRealBuffers() {
        assertEquals("through core 1048576 42", answers.get("core"));
        assertEquals("1", answers.get("census"));
    }

    /** Counted by the kernel, and by nobody of ours. */
    @Test
    void accessIsTwoSystemCallsAndNoOther() {
        assertEquals(String.valueOf(2 * RealKernelProbe.ACCESSES), answers.get("ioctls of " + RealKernelProbe.ACCESSES + " accesses"));
        assertEquals("0", answers.get("other calls of an access"));
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
        GuestOptions options = GuestOptions.of(settings).withTimeout(Duration.ofSeconds(5));

        GuestException e = assertThrows(GuestException.class, () -> guest.run(List.of("/bin/sleep", "1000"), options));

        assertEquals(GuestException.Reason.TIMED_OUT, e.reason());
        assertTrue(e.getMessage().startsWith("the guest took longer than 5 s"), e.getMessage());
    }
}
