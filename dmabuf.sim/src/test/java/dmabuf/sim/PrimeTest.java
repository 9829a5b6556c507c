package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Fd;
import dmabuf.linux.DescriptorLimit;
import dmabuf.linux.FileStatus;
import dmabuf.linux.Posix;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The way of handles to dma-bufs and back, on all devices: what Linux 6.12 answers. */
class PrimeTest extends SimulatedKernelCase {

    private static final String VGEM = "/dev/dri/card0";
    private static final String VGEM_RENDER = "/dev/dri/renderD128";
    private static final String VIRTIO = "/dev/dri/card1";
    private static final String BOCHS = "/dev/dri/card2";

    private Drm vgem;

    @BeforeEach
    void plug() {
        kernel.machine().plug(VGEM, SimulatedGpu.VGEM);
        kernel.machine().plug(VIRTIO, SimulatedGpu.VIRTIO_GPU);
        kernel.machine().plug(BOCHS, SimulatedGpu.BOCHS);
        vgem = new Drm(kernel, VGEM);
    }

    @AfterEach
    void close() {
        vgem.close();
    }

    /** A device of its own, beside those that are there for every test. */
    private Drm plugged(SimulatedGpu gpu) {
        String card = "/dev/dri/card9";
        kernel.machine().plug(card, gpu);
        return new Drm(kernel, card);
    }

    /** The module that calls {@code dma_buf_export}: the driver where it does so itself. */
    private static String exporter(SimulatedGpu gpu) {
        return gpu.name().startsWith("VIRTIO_GPU") ? "virtio_gpu" : gpu.name().startsWith("I915") ? "i915" : "drm";
    }

    private static long inode(Fd fd) {
        return FileStatus.of(fd.number()).inode();
    }

    @ParameterizedTest(name = "{0}: exporting again gives the same buffer")
    @EnumSource
    void repeatedExportIsTheSameBuffer(SimulatedGpu gpu) {
        try (Drm card = plugged(gpu)) {
            int handle = card.dumb(2).handle();
            try (Fd one = card.export(handle);
                    Fd two = card.export(handle)) {
                assertNotEquals(one.number(), two.number());
                assertEquals(inode(one), inode(two));
                map(one, 0, PAGE).set(JAVA_INT, 0, 11);
                assertEquals(11, map(two, 0, PAGE).get(JAVA_INT, 0));
                assertEquals(1, kernel.machine().buffers().size());
                assertEquals(exporter(gpu), kernel.machine().buffers().getFirst().exporter());
            }
            try (Fd again = card.export(handle)) {
                assertEquals(1, kernel.machine().buffers().size());
                assertTrue(again.isOpen(), "the handle keeps the dma-buf when nobody else does");
            }
            assertEquals(0, card.closeHandle(handle));
        }
    }

    @ParameterizedTest(name = "{0}: importing its own gives the handle that is there")
    @EnumSource
    void ownBufferComesBackAsTheSameHandleWithoutCounting(SimulatedGpu gpu) {
        try (Drm card = plugged(gpu)) {
            int handle = card.dumb(1).handle();
            try (Fd buffer = card.export(handle)) {
                assertEquals(handle, card.toHandle(buffer.number()));
                assertEquals(handle, card.toHandle(buffer.number()));
                assertEquals(0, card.closeHandle(handle));
                assertEquals("EINVAL", answer(card.closeHandle(handle)), "one close for all the imports");
                map(buffer, 0, PAGE).set(JAVA_INT, 0, 1);
            }
        }
    }

    @Test
    void bufferOutlivesHandleAndClient() {
        Fd buffer;
        try (Drm other = new Drm(kernel, VGEM)) {
            int handle = other.dumb(1).handle();
            buffer = other.export(handle);
            MemorySegment node = map(other.node, other.mapDumb(handle), PAGE);
            map(buffer, 0, PAGE).set(JAVA_INT, 0, 21);
            assertEquals(21, node.get(JAVA_INT, 0), "the node shows the same memory");
        }
        try (buffer) {
            int handle = vgem.toHandle(buffer.number());
            assertEquals(21, map(vgem.node, vgem.mapDumb(handle), PAGE).get(JAVA_INT, 0), "an import of its own can be mapped");
            try (Fd again = vgem.export(handle)) {
                assertEquals(inode(buffer), inode(again));
            }
        }
    }

    @Test
    void exportReadOnlyCannotBeMappedForWritingAndStaysSo() {
        int handle = vgem.dumb(1).handle();
        try (Fd readOnly = adopt(vgem.toFd(handle, Drm.CLOEXEC));
                Fd asked = vgem.export(handle)) {
            for (Fd fd : List.of(readOnly, asked)) {
                assertEquals(Posix.O_RDONLY, kernel.fcntl(fd.number(), Posix.F_GETFL, 0));
                assertEquals("EACCES", answer(kernel.mmap(0, PAGE, 3, Posix.MAP_SHARED, fd.number(), 0)));
            }
            map(vgem.node, vgem.mapDumb(handle), PAGE).set(JAVA_INT, 0, 31);
            long address = kernel.mmap(0, PAGE, Posix.PROT_READ, Posix.MAP_SHARED, readOnly.number(), 0);
            assertEquals(31, dmabuf.linux.MappedMemory.view(kernel, address, PAGE, arena).get(JAVA_INT, 0));
        }
    }

    @Test
    void closeOnExecIsAsAsked() {
        int handle = vgem.dumb(1).handle();
        try (Fd open = adopt(vgem.toFd(handle, Drm.RDWR));
                Fd closed = adopt(vgem.toFd(handle, Drm.RDWR | Drm.CLOEXEC))) {
            assertEquals(0, kernel.fcntl(open.number(), Posix.F_GETFD, 0));
            assertEquals(1, kernel.fcntl(closed.number(), Posix.F_GETFD, 0));
        }
    }

    @Test
    void foreignBuffersAreImportedByVgemOnly() {
        try (Fd memfd = sealed(2 * PAGE);
                Fd foreign = udmabuf.buffer(memfd.number(), 0, 2 * PAGE);
                Drm render = new Drm(kernel, VGEM_RENDER);
                Drm virtio = new Drm(kernel, VIRTIO);
                Drm bochs = new Drm(kernel, BOCHS)) {
            int handle = vgem.toHandle(foreign.number());
            assertEquals("ok", answer(handle));
            assertEquals(handle, vgem.toHandle(foreign.number()));
            assertEquals("EINVAL", answer(vgem.mapDumb(handle)));
            try (Fd again = vgem.export(handle)) {
                assertEquals(inode(foreign), inode(again), "an import is exported as what it was");
            }
            assertEquals("ok", answer(render.toHandle(foreign.number())));
            assertEquals("ENODEV", answer(virtio.toHandle(foreign.number())));
            assertEquals("EINVAL", answer(bochs.toHandle(foreign.number())));
            try (Fd virtual = virtio.export(virtio.dumb(1).handle());
                    Fd plain = bochs.export(bochs.dumb(1).handle())) {
                assertEquals("ok", answer(vgem.toHandle(virtual.number())));
                assertEquals("ENOSYS", answer(vgem.toHandle(plain.number())));
                assertEquals("ENOSYS", answer(virtio.toHandle(plain.number())));
            }
        }
    }

    @Test
    void importKeepsTheBufferUntilItsHandleIsClosed() throws Exception {
        OpenThings before = OpenThings.now();
        int handle;
        long inode;
        try (Fd memfd = sealed(PAGE);
                Fd foreign = udmabuf.buffer(memfd.number(), 0, PAGE)) {
            handle = vgem.toHandle(foreign.number());
            inode = inode(foreign);
        }
        try (Fd again = vgem.export(handle)) {
            assertEquals(inode, inode(again));
        }
        assertEquals(1, kernel.machine().buffers().size());
        assertEquals(0, vgem.closeHandle(handle));
        assertEquals(before, OpenThings.now());
    }

    @ParameterizedTest(name = "exporting handle {0} with flags {1}: {2}")
    @CsvSource({"0, 0, ENOENT", "999, 0, ENOENT", "-1, 0, ENOENT", "1, 1, EINVAL", "1, 0x800, EINVAL", "999, 1, EINVAL"})
    void exportOfWhatIsNotThere(int handle, String flags, String expected) {
        assertEquals(1, vgem.dumb(1).handle());
        assertEquals(expected, answer(vgem.toFd(handle, Integer.decode(flags))));
    }

    @Test
    void importOfWhatIsNoBuffer() {
        try (Fd memfd = sealed(PAGE)) {
            assertEquals("EBADF", answer(vgem.toHandle(-1)));
            assertEquals("EINVAL", answer(vgem.toHandle(memfd.number())));
            assertEquals("EINVAL", answer(vgem.toHandle(vgem.node.number())));
        }
    }

    @Test
    void exportsUntilDescriptorsRunOutEndInEmfileAndLeaveNothing() throws Exception {
        vgem.export(vgem.dumb(1).handle()).close();
        int handle = vgem.dumb(1).handle();
        OpenThings before = OpenThings.now();
        DescriptorLimit.whileLow(() -> {
            List<Integer> opened = new ArrayList<>();
            int result;
            while ((result = vgem.toFd(handle, Drm.CLOEXEC)) >= 0) {
                opened.add(result);
            }
            assertEquals("EMFILE", answer(result));
            opened.forEach(kernel::close);
        });
        vgem.closeHandle(handle);
        assertEquals(before.descriptors().size() - 1, OpenThings.now().descriptors().size(), "the handle's memory is gone, no more");
    }
}
