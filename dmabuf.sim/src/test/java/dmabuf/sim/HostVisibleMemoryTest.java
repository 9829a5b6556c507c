package dmabuf.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.linux.Devices;
import dmabuf.linux.Posix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Memory of a host, as the device shows it and as sysfs and debugfs tell of it. */
class HostVisibleMemoryTest extends SimulatedKernelCase {

    private static final String LIST = "/sys/kernel/debug/x86/pat_memtype_list";
    private static final long CREATE_BLOB = 0xc030644aL;
    private static final long MAP = 0xc0106441L;
    private static final String CARD = "/dev/dri/card3";
    private static final String RENDER_NODE = "/dev/dri/renderD131";

    private List<String> entries() {
        Devices devices = kernel.devices();
        return devices.attribute(LIST).orElseThrow().lines().skip(1).toList();
    }

    /** A blob of some pages, mapped, and made by a command; the address or a negated errno. */
    private long mapBlob(Drm drm, long size) {
        MemorySegment command = arena.allocate(48, 4);
        int[] words = {48 | 11 << 16, 0, 64, 16, (int) size, 1, 1, 1, 0, 0, 6, 1};
        MemorySegment.copy(words, 0, command, ValueLayout.JAVA_INT, 0, words.length);
        MemorySegment blob = arena.allocate(48, 8);
        blob.set(ValueLayout.JAVA_INT, 0, 2);
        blob.set(ValueLayout.JAVA_INT, 4, 3);
        blob.set(ValueLayout.JAVA_LONG, 16, size);
        blob.set(ValueLayout.JAVA_INT, 28, 48);
        blob.set(ValueLayout.JAVA_LONG, 32, command.address());
        blob.set(ValueLayout.JAVA_LONG, 40, 1);
        int result = drm.ioctl(CREATE_BLOB, blob);
        if (result < 0) {
            return result;
        }
        MemorySegment map = arena.allocate(16, 8);
        map.set(ValueLayout.JAVA_INT, 8, blob.get(ValueLayout.JAVA_INT, 8));
        assertEquals(0, drm.ioctl(MAP, map));
        return kernel.mmap(
                0, size, Posix.PROT_READ | Posix.PROT_WRITE, Posix.MAP_SHARED, drm.node.number(), map.get(ValueLayout.JAVA_LONG, 0));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "VIRTIO_GPU_HOST_NONE, write-back", "VIRTIO_GPU_HOST_CACHED, write-back", "VIRTIO_GPU_HOST_UNCACHED, uncached-minus",
        "VIRTIO_GPU_HOST_WC, write-combining"
    })
    void mappingIsInTheListOfMemoryTypesWhileItIsThere(SimulatedGpu gpu, String type) {
        kernel.machine().plug(CARD, gpu);
        try (Drm drm = new Drm(kernel, RENDER_NODE)) {
            assertEquals(List.of(), entries());
            long address = mapBlob(drm, 3 * PAGE);
            // The window is the device's third BAR: card 3 has the fourth stretch of 4 GiB.
            assertEquals(List.of("PAT: [mem 0x0000380300000000-0x0000380300003000] " + type), entries());

            assertEquals(0, kernel.munmap(address, 3 * PAGE));
            assertEquals(List.of(), entries());
        }
    }

    @Test
    void barsAreThoseOfTheNodesDevice() {
        kernel.machine().plug(CARD, SimulatedGpu.VIRTIO_GPU_HOST_WC);
        for (String node : List.of("card3", "renderD131")) {
            List<String> bars =
                    kernel.devices().attribute("/sys/class/drm/" + node + "/device/resource").orElseThrow().lines().toList();
            assertEquals(6, bars.size());
            assertEquals("0x0000380300000000 0x000038030fffffff 0x000000000014220c", bars.get(2));
        }
        assertTrue(kernel.devices().attribute("/sys/class/drm/card4/device/resource").isEmpty());
    }

    @Test
    void roomInTheWindowIsFoundAgainWhenABlobHasGone() {
        kernel.machine().plug(CARD, SimulatedGpu.VIRTIO_GPU_HOST_WC);
        long most = 200L << 20;
        for (int i = 0; i < 3; i++) {
            try (Drm drm = new Drm(kernel, RENDER_NODE);
                    Drm other = new Drm(kernel, RENDER_NODE)) {
                long address = mapBlob(drm, most);
                assertEquals("ENOSPC", answer(mapBlob(other, most)));
                assertEquals(0, kernel.munmap(address, most));
            }
        }
    }
}
