package dmabuf.sim;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Fd;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes of DRM devices, who they say they are, and their dumb buffers: what Linux 6.12 answers. */
class DrmNodeTest extends SimulatedKernelCase {

    private static final int READ_WRITE = Posix.PROT_READ | Posix.PROT_WRITE;
    private static final List<SimulatedGpu> GPUS = List.of(SimulatedGpu.VGEM, SimulatedGpu.VIRTIO_GPU, SimulatedGpu.BOCHS);

    @BeforeEach
    void plug() {
        GPUS.forEach(gpu -> kernel.machine().plug(card(gpu), gpu));
    }

    private static String card(SimulatedGpu gpu) {
        return "/dev/dri/card" + GPUS.indexOf(gpu);
    }

    private Drm open(SimulatedGpu gpu) {
        return new Drm(kernel, card(gpu));
    }

    @Test
    void nodesAreListedAndUnpluggedTogether() {
        assertEquals(
                List.of("/dev/dri/card0", "/dev/dri/card1", "/dev/dri/card2", "/dev/dri/renderD128", "/dev/dri/renderD129"),
                kernel.devices().list("/dev/dri"));
        assertFalse(kernel.machine().plug("/dev/dri/card0", SimulatedGpu.BOCHS), "the node is taken");
        assertTrue(kernel.machine().unplug("/dev/dri/card0"));
        assertFalse(kernel.machine().unplug("/dev/dri/card0"));
        assertEquals(List.of("/dev/dri/card1", "/dev/dri/card2", "/dev/dri/renderD129"), kernel.devices().list("/dev/dri"));
        assertEquals("ENOENT", answer(kernel.open("/dev/dri/renderD128", Posix.O_RDWR)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/dri/renderD128", "/dev/dri/card", "/dev/dri/card64", "/dev/dri/card01", "/dev/card0"})
    void onlyCardsArePlugged(String node) {
        assertThrows(IllegalArgumentException.class, () -> kernel.machine().plug(node, SimulatedGpu.VGEM));
    }

    @ParameterizedTest(name = "{0} calls itself {1}, with text for {2} bytes of it")
    @CsvSource({"VGEM, vgem, 64", "VIRTIO_GPU, virtio_gpu, 64", "BOCHS, bochs-drm, 64", "VGEM, vg, 2", "VGEM, '', 0"})
    void versionTellsTheDriver(SimulatedGpu gpu, String told, int room) {
        try (Drm card = open(gpu)) {
            MemorySegment name = arena.allocate(64);
            MemorySegment version = arena.allocate(64, 8);
            version.set(JAVA_LONG, 16, room);
            version.set(ADDRESS, 24, name);
            assertEquals("ok", answer(card.ioctl(Drm.VERSION, version)));
            assertEquals(told, name.getString(0));
            assertTrue(version.get(JAVA_LONG, 16) >= told.length(), "the whole length, whatever the room");
            version.set(JAVA_LONG, 16, 64);
            version.set(JAVA_LONG, 24, 8);
            assertEquals("EFAULT", answer(card.ioctl(Drm.VERSION, version)));
        }
    }

    @ParameterizedTest(name = "capability {1} of {0}: {2} {3}")
    @CsvSource({
        "VGEM, 0x1, EOPNOTSUPP, 0", "VGEM, 0x5, ok, 3", "VGEM, 0x6, ok, 1", "VGEM, 0x13, ok, 0", "VGEM, 0x77, EOPNOTSUPP, 0",
        "VIRTIO_GPU, 0x1, ok, 1", "VIRTIO_GPU, 0x3, ok, 0", "VIRTIO_GPU, 0x5, ok, 3", "VIRTIO_GPU, 0x8, ok, 64",
        "VIRTIO_GPU, 0x10, ok, 0", "VIRTIO_GPU, 0x11, ok, 0", "VIRTIO_GPU, 0x13, ok, 1", "VIRTIO_GPU, 0, EINVAL, 0",
        "BOCHS, 0x1, ok, 1", "BOCHS, 0x2, ok, 1", "BOCHS, 0x3, ok, 24", "BOCHS, 0x4, ok, 0", "BOCHS, 0x10, ok, 1",
        "BOCHS, 0x14, ok, 0", "BOCHS, 0x16, EINVAL, 0",
    })
    void capabilities(SimulatedGpu gpu, String capability, String expected, long value) {
        try (Drm card = open(gpu)) {
            MemorySegment struct = arena.allocate(16, 8);
            struct.set(JAVA_LONG, 0, Long.decode(capability));
            struct.set(JAVA_LONG, 8, 77);
            assertEquals(expected, answer(card.ioctl(Drm.GET_CAP, struct)));
            assertEquals(value, struct.get(JAVA_LONG, 8));
        }
    }

    @ParameterizedTest(name = "{0}: {1} x {2} of {3} bits: {4}, pitch {5}, size {6}")
    @CsvSource({
        "VGEM, 64, 32, 32, ok, 256, 8192", "VGEM, 1, 1, 1, ok, 1, 4096", "VGEM, 33, 1, 4, ok, 17, 4096", "VGEM, 3, 3, 24, ok, 9, 4096",
        "VGEM, 0, 1, 32, EINVAL, 0, 0", "VGEM, 1, 0, 32, EINVAL, 0, 0", "VGEM, 1, 1, 0, EINVAL, 0, 0",
        "VGEM, 1, 1, 0xffffffff, EINVAL, 0, 0", "VGEM, 1, 1, 0xfffffff7, ok, 536870911, 536870912",
        "VGEM, 0x20000000, 1, 8, ENOSPC, 0, 0", "VGEM, 0x40000000, 1, 32, EINVAL, 0, 0", "VGEM, 0xfffff000, 1, 8, ok, 536866816, 536866816",
        "VGEM, 0xfffff001, 1, 8, EINVAL, 0, 0", "VGEM, 0x10000, 0x10000, 32, EINVAL, 0, 0", "VGEM, 1024, 0xfffff, 32, ok, 4096, 4294963200",
        "VIRTIO_GPU, 64, 32, 32, ok, 256, 8192", "VIRTIO_GPU, 64, 32, 24, EINVAL, 0, 0",
        "BOCHS, 33, 1, 4, ok, 33, 4096", "BOCHS, 0x20000000, 1, 8, ok, 536870912, 536870912",
        "BOCHS, 0xfffff000, 1, 8, ok, -4096, 4294963200",
    })
    void dumbBuffersAreAsLargeAsTheirDriverMakesThem(
            SimulatedGpu gpu, String width, String height, String bitsPerPixel, String expected, int pitch, long size) {
        try (Drm card = open(gpu)) {
            MemorySegment struct = arena.allocate(32, 8);
            int result = card.createDumb(
                    struct, Long.decode(width).intValue(), Long.decode(height).intValue(), Long.decode(bitsPerPixel).intValue());
            assertEquals(expected, answer(result));
            assertEquals(result == 0 ? 1 : 0, struct.get(JAVA_INT, 16));
            assertEquals(pitch, struct.get(JAVA_INT, 20));
            assertEquals(size, struct.get(JAVA_LONG, 24));
        }
    }

    @Test
    void handlesAreTheLowestNumbersThatAreFreeOfEachClient() {
        try (Drm one = open(SimulatedGpu.VGEM);
                Drm two = open(SimulatedGpu.VGEM)) {
            assertEquals(1, one.dumb(1).handle());
            assertEquals(2, one.dumb(1).handle());
            assertEquals(1, two.dumb(1).handle());
            assertEquals(0, one.destroyDumb(1));
            assertEquals("EINVAL", answer(one.destroyDumb(1)));
            assertEquals("EINVAL", answer(one.closeHandle(1)));
            assertEquals(1, one.dumb(1).handle());
            assertEquals("EINVAL", answer(one.closeHandle(0)));
            assertEquals("ENOENT", answer(two.mapDumb(2)));
        }
    }

    @ParameterizedTest(name = "{0}: a node is mapped exactly where an object begins")
    @ValueSource(strings = {"VGEM", "VIRTIO_GPU", "BOCHS"})
    void nodeIsMappedAtTheOffsetsOfItsObjects(SimulatedGpu gpu) {
        try (Drm card = open(gpu);
                Drm other = open(gpu)) {
            long offset = card.mapDumb(card.dumb(4).handle());
            card.dumb(4);
            assertEquals("ok", mapped(card.node, 4 * PAGE, Posix.MAP_SHARED, offset));
            assertEquals("ok", mapped(card.node, PAGE, Posix.MAP_SHARED, offset));
            assertEquals("EINVAL", mapped(card.node, PAGE, Posix.MAP_SHARED, offset + PAGE));
            assertEquals("EINVAL", mapped(card.node, 5 * PAGE, Posix.MAP_SHARED, offset));
            assertEquals("EINVAL", mapped(card.node, 4 * PAGE, Posix.MAP_PRIVATE, offset));
            assertEquals("EINVAL", mapped(card.node, PAGE, Posix.MAP_SHARED, 0));
            assertEquals("EINVAL", mapped(card.node, PAGE, Posix.MAP_SHARED, -PAGE));
            assertEquals("EINVAL", mapped(card.node, PAGE, Posix.MAP_SHARED, offset + 8));
            assertEquals("EACCES", mapped(other.node, 4 * PAGE, Posix.MAP_SHARED, offset));
        }
    }

    private String mapped(Fd fd, long length, int type, long offset) {
        long address = kernel.mmap(0, length, READ_WRITE, type, fd.number(), offset);
        if (!SyscallResult.isError(address)) {
            kernel.munmap(address, length);
        }
        return answer(address);
    }

    @Test
    void mappingOutlivesHandleAndNode() {
        MemorySegment memory;
        try (Drm card = open(SimulatedGpu.VGEM)) {
            int handle = card.dumb(1).handle();
            memory = map(card.node, card.mapDumb(handle), PAGE);
            assertEquals(0, card.destroyDumb(handle));
        }
        memory.set(JAVA_INT, 0, 3);
        assertEquals(3, memory.get(JAVA_INT, 0));
    }

    @Test
    void nodeOpenForReadingIsNotMappedForWriting() {
        try (Drm card = new Drm(kernel, card(SimulatedGpu.VGEM), Posix.O_RDONLY)) {
            long offset = card.mapDumb(card.dumb(1).handle());
            assertEquals("EACCES", mapped(card.node, PAGE, Posix.MAP_SHARED, offset));
        }
    }

    /** As {@code drm_gem_shmem_fault} of 6.12 does: it counts pages from where the mapping begins. */
    @ParameterizedTest(name = "{0}: a mapping of the second page shows page {1}")
    @CsvSource({"VGEM, 0", "VIRTIO_GPU, 0", "BOCHS, 1"})
    void bufferOfSharedMemoryIsAlwaysMappedFromItsBeginning(SimulatedGpu gpu, int shown) {
        try (Drm card = open(gpu);
                Fd buffer = card.export(card.dumb(2).handle())) {
            MemorySegment whole = map(buffer, 0, 2 * PAGE);
            whole.set(JAVA_INT, PAGE, 1);
            assertEquals(shown, map(buffer, PAGE, PAGE).get(JAVA_INT, 0));
            assertEquals("EINVAL", mapped(buffer, 2 * PAGE, Posix.MAP_SHARED, PAGE));
            assertEquals("EINVAL", mapped(buffer, PAGE, Posix.MAP_PRIVATE, 0));
        }
    }

    @Test
    void renderNodeMakesNoDumbBuffers() {
        try (Drm card = open(SimulatedGpu.VGEM);
                Drm render = new Drm(kernel, "/dev/dri/renderD128")) {
            MemorySegment struct = arena.allocate(32, 8);
            assertEquals("EACCES", answer(render.createDumb(struct, 1, 1, 32)));
            assertEquals("EACCES", answer(render.mapDumb(1)));
            assertEquals("EACCES", answer(render.destroyDumb(1)));
            assertEquals("EFAULT", answer(render.ioctl(Drm.CREATE_DUMB, MemorySegment.ofAddress(8))), "asked before who asks");
            try (Fd buffer = card.export(card.dumb(1).handle())) {
                int handle = render.toHandle(buffer.number());
                assertEquals(1, handle);
                render.export(handle).close();
                assertEquals(0, render.closeHandle(handle));
            }
        }
    }

    @ParameterizedTest(name = "the request {0}: {1}")
    @CsvSource({
        "0xc0405800, ENOTTY", "0x40086200, ENOTTY", "0xc0406440, EINVAL", "0xc0406443, EINVAL", "0xc04064ff, EINVAL",
        "0xc0406403, EINVAL", "0xc06864b8, EOPNOTSUPP", "0xc00864bf, EOPNOTSUPP",
    })
    void requestsThatVgemDoesNotKnow(String request, String expected) {
        try (Drm card = open(SimulatedGpu.VGEM)) {
            assertEquals(expected, answer(card.ioctl(Long.decode(request), arena.allocate(128, 8))));
        }
    }

    @Test
    void otherFileOperationsAreThoseOfADevice() {
        try (Drm card = open(SimulatedGpu.VGEM)) {
            assertEquals(0, kernel.lseek(card.node.number(), 5, Posix.SEEK_CUR));
            assertEquals("EINVAL", answer(kernel.write(card.node.number(), arena.allocate(8))));
            assertEquals("EAGAIN", answer(kernel.read(card.node.number(), arena.allocate(8))));
            assertEquals(0, kernel.poll(card.node.number(), Posix.POLLIN | Posix.POLLOUT, 0));
            assertEquals("EBUSY", answer(kernel.open(card(SimulatedGpu.VGEM), Posix.O_RDWR | 0x80)), "O_EXCL");
        }
    }

    @Test
    void unpluggedDeviceIsEnodevAndItsBuffersStay() {
        try (Drm card = open(SimulatedGpu.VGEM)) {
            int handle = card.dumb(1).handle();
            long offset = card.mapDumb(handle);
            try (Fd buffer = card.export(handle)) {
                kernel.machine().unplug(card(SimulatedGpu.VGEM));
                assertEquals("ENODEV", answer(card.toFd(handle, 0)));
                assertEquals("ENODEV", answer(card.closeHandle(handle)));
                assertEquals("ENODEV", mapped(card.node, PAGE, Posix.MAP_SHARED, offset));
                kernel.machine().plug(card(SimulatedGpu.VGEM), SimulatedGpu.VGEM);
                assertEquals("ENODEV", answer(card.toFd(handle, 0)), "that was another device");
                map(buffer, 0, PAGE).set(JAVA_INT, 0, 1);
                try (Drm again = open(SimulatedGpu.VGEM)) {
                    assertEquals("ok", answer(again.toHandle(buffer.number())));
                }
            }
        }
    }
}
