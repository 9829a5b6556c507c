package dmabuf.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;
import dmabuf.sim.MachineDescription;
import dmabuf.sim.SimulatedGpu;
import dmabuf.sim.SimulatedKernel;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The report on one device of a machine. */
class DeviceReportTest {

    private static final String CARD = "/dev/dri/card0";
    private static final String RENDER_NODE = "/dev/dri/renderD128";

    private final SimulatedKernel kernel = new SimulatedKernel();

    @AfterEach
    void nothingIsLeft() {
        assertEquals(List.of(), kernel.machine().buffers());
        kernel.close();
    }

    /** The kernel, in which a call answers something else. */
    private Syscalls kernelWhere(String call, Object answer) {
        return (Syscalls) Proxy.newProxyInstance(
                Syscalls.class.getClassLoader(), new Class<?>[] {Syscalls.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals(call)) {
                        return answer;
                    }
                    try {
                        return method.invoke(kernel, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void reportTellsDriverTraitsAndEveryAnswer() {
        kernel.machine().become(MachineDescription.named("laptop"));
        DeviceReport report = DeviceReport.ask(kernel, RENDER_NODE);
        List<String> lines = report.toString().lines().toList();

        assertTrue(report.holds(), report::toString);
        assertEquals("kernel: simulated", lines.get(0));
        assertEquals("driver: i915", lines.get(1));
        assertTrue(lines.get(2).startsWith("traits: integrated, llc"), lines.get(2));
        assertTrue(lines.contains("differences: none"));
        assertTrue(report.asked().stream().anyMatch(result -> result.asked().file().startsWith("i915")));
        assertTrue(report.asked().stream().anyMatch(result -> result.asked().file().equals("udmabuf.cases")));
        for (CaseResult result : report.asked()) {
            assertTrue(result.asked().isSafe());
            assertTrue(lines.contains("  " + result.asked().name()));
        }
    }

    @Test
    void everyKindOfGraphicsDeviceIsAskedItsOwnCases() {
        for (SimulatedGpu gpu : List.of(
                SimulatedGpu.I915_LLC, SimulatedGpu.I915_NO_LLC, SimulatedGpu.I915_METEOR_LAKE, SimulatedGpu.I915_DISCRETE,
                SimulatedGpu.VIRTIO_GPU, SimulatedGpu.VIRTIO_GPU_BLOB, SimulatedGpu.VIRTIO_GPU_HOST_WC)) {
            kernel.machine().plug(CARD, gpu);
            DeviceReport report = DeviceReport.ask(kernel, RENDER_NODE);
            assertTrue(report.holds(), report::toString);
            String files = gpu.name().startsWith("I915") ? "i915" : "virtio-gpu";
            assertTrue(report.asked().stream().filter(result -> result.asked().file().startsWith(files)).count() > 20, gpu::name);
            kernel.machine().unplug(CARD);
        }
    }

    @Test
    void onlyTheDeviceThatIsNamedIsAsked() {
        kernel.machine().plug(CARD, SimulatedGpu.VGEM);
        kernel.machine().plug("/dev/dri/card1", SimulatedGpu.I915_LLC);
        DeviceReport report = DeviceReport.ask(kernel, CARD);

        assertTrue(report.holds(), report::toString);
        assertTrue(report.asked().stream().anyMatch(result -> result.asked().file().equals("drm-prime.cases")));
        assertFalse(report.asked().stream().anyMatch(result -> result.asked().file().startsWith("i915")));
    }

    @Test
    void plainNodeIsAskedItsOwnCasesOnly() {
        kernel.machine().plug(CARD, SimulatedGpu.VGEM);
        DeviceReport report = DeviceReport.ask(kernel, "/dev/udmabuf");

        assertTrue(report.holds(), report::toString);
        assertTrue(report.asked().size() > 100, report::toString);
        report.asked().forEach(result -> assertTrue(result.asked().needs().contains("/dev/udmabuf"), result.asked().name()));
        assertFalse(report.asked().stream().anyMatch(result -> result.asked().file().startsWith("drm")));
    }

    @Test
    void answerThatDiffersIsShownWithWhatWasExpected() {
        DeviceReport report = DeviceReport.ask(kernelWhere("lseek", -Errno.EINVAL.number() + 0L), "/dev/dma_heap/system");

        assertFalse(report.holds());
        String text = report.toString();
        assertTrue(text.contains("differences:\n  "), text);
        assertTrue(text.contains("lseek d 0 SEEK_END: expected 65536, got EINVAL"), text);
    }

    @Test
    void missingNodeIsToldWithThoseThatThereAre() {
        kernel.machine().plug(CARD, SimulatedGpu.I915_LLC);
        DmaBufException e = assertThrows(DmaBufException.class, () -> DeviceReport.ask(kernel, "/dev/dri/renderD129"));

        assertEquals(Errno.ENOENT, e.errno());
        assertTrue(e.getMessage().contains("there are " + CARD + ", " + RENDER_NODE), e.getMessage());
    }

    @Test
    void missingPermissionIsTold() {
        kernel.machine().plug(CARD, SimulatedGpu.I915_LLC);
        Syscalls locked = kernelWhere("open", -Errno.EACCES.number());
        DmaBufException e = assertThrows(DmaBufException.class, () -> DeviceReport.ask(locked, RENDER_NODE));

        assertEquals(Errno.EACCES, e.errno());
        assertTrue(e.getMessage().contains(RENDER_NODE), e.getMessage());
    }

    @Test
    void deviceWithoutCasesIsToldWithThoseThatHaveSome() {
        kernel.machine().plug(CARD, SimulatedGpu.BOCHS);
        DmaBufException e = assertThrows(DmaBufException.class, () -> DeviceReport.ask(kernel, CARD));

        assertEquals(Errno.EOPNOTSUPP, e.errno());
        assertTrue(e.getMessage().contains("driver bochs") && e.getMessage().contains("vgem (card node)"), e.getMessage());
        assertEquals(0, kernel.close(kernel.open(CARD, Posix.O_RDWR)), "still there");
    }

    @Test
    void fileThatIsNoDeviceIsRefused() {
        for (String file : List.of("/proc/self/status", "/dev/shm")) {
            assertEquals(Errno.EOPNOTSUPP, assertThrows(DmaBufException.class, () -> DeviceReport.ask(kernel, file)).errno());
        }
    }
}
