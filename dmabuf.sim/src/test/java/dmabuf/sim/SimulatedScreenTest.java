package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Fd;
import dmabuf.linux.FileStatus;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.vfio.VfioDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The guest that draws: what is in memory is what the hand on it says, by dma-buf and by region. */
class SimulatedScreenTest extends SimulatedKernelCase {

    private static final String BUFFERS = "/dev/vfio/1";
    private static final String REGIONS = "/dev/vfio/2";
    private static final Vfio.Plane NONE = new Vfio.Plane(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private SimulatedScreen plugBuffers() {
        kernel.machine().plug(BUFFERS, SimulatedVfio.VGPU);
        return kernel.machine().screen(BUFFERS);
    }

    private SimulatedScreen plugRegions() {
        kernel.machine().plug(REGIONS, SimulatedVfio.VGPU_REGION);
        return kernel.machine().screen(REGIONS);
    }

    private static int[] pixels(MemorySegment memory, Vfio.Plane plane) {
        int[] pixels = new int[plane.width() * plane.height()];
        for (int i = 0; i < pixels.length; i++) {
            long row = (long) i / plane.width() * plane.stride();
            int x = i % plane.width();
            if (plane.format() == VfioDriver.fourcc("RG16")) {
                int pixel = memory.get(JAVA_SHORT_UNALIGNED, row + 2L * x);
                int red = pixel >> 11 & 0x1f;
                int green = pixel >> 5 & 0x3f;
                int blue = pixel & 0x1f;
                pixels[i] = (red << 3 | red >> 2) << 16 | (green << 2 | green >> 4) << 8 | blue << 3 | blue >> 2;
            } else {
                pixels[i] = memory.get(JAVA_INT_UNALIGNED, row + 4L * x);
            }
        }
        return pixels;
    }

    private int[] seen(Vfio vfio, int type) {
        Vfio.Plane plane = vfio.dmabuf(type);
        try (Fd buffer = vfio.export(plane.what()); Arena mine = Arena.ofConfined()) {
            long size = MappedMemory.roundUp(plane.size());
            return pixels(MappedMemory.map(kernel, buffer.number(), 0, size, false, mine), plane);
        }
    }

    private int[] seenInRegion(Vfio vfio, int type) {
        Vfio.Plane plane = vfio.region(type);
        try (Arena mine = Arena.ofConfined()) {
            return pixels(vfio.device.map(vfio.device.region(plane.what()), 0, plane.size(), false, mine), plane);
        }
    }

    @Test
    void everyFrameIsSeenPixelByPixelInItsDmaBuf() {
        SimulatedScreen screen = plugBuffers();
        try (Vfio vfio = new Vfio(kernel, BUFFERS)) {
            for (int frame = 0; frame < 5; frame++) {
                int[] seen = seen(vfio, Vfio.PRIMARY);
                assertArrayEquals(screen.picture(), seen);
                assertEquals(frame, SimulatedScreen.frameIn(seen, screen.width()));
                screen.tick();
            }
            screen.setMode(333, 77, "RG16");
            screen.tick(1000);
            assertArrayEquals(screen.picture(), seen(vfio, Vfio.PRIMARY));
            assertEquals(1005, SimulatedScreen.frameIn(seen(vfio, Vfio.PRIMARY), 333));
            assertArrayEquals(screen.cursorPicture(), seen(vfio, Vfio.CURSOR));
        }
    }

    @Test
    void everyFrameIsSeenPixelByPixelInItsRegion() {
        SimulatedScreen screen = plugRegions();
        try (Vfio vfio = new Vfio(kernel, REGIONS)) {
            Vfio.Plane plane = vfio.region(Vfio.PRIMARY);
            MemorySegment whole = vfio.device.map(vfio.device.region(plane.what()), 0, plane.size(), false, arena);
            for (int frame = 0; frame < 3; frame++) {
                assertArrayEquals(screen.picture(), pixels(whole, plane), "in place");
                screen.tick();
            }
            screen.setMode(2048, 2048);
            assertArrayEquals(screen.picture(), seenInRegion(vfio, Vfio.PRIMARY));
            assertArrayEquals(screen.cursorPicture(), seenInRegion(vfio, Vfio.CURSOR));
            assertEquals("EINVAL", answer(vfio.query(VfioUapi.TYPE_DMABUF, Vfio.PRIMARY).result()));
            assertEquals("ENOTTY", answer(vfio.get(1)));
            int fd = vfio.device.fd().number();
            long offset = vfio.device.region(plane.what()).offset();
            int readWrite = Posix.PROT_READ | Posix.PROT_WRITE;
            assertEquals("EINVAL", answer(kernel.mmap(0, PAGE, readWrite, Posix.MAP_SHARED, fd, offset)));
            assertEquals("EINVAL", answer(kernel.mmap(0, PAGE, Posix.PROT_READ, Posix.MAP_PRIVATE, fd, offset)));
            assertEquals("EINVAL", answer(kernel.mmap(0, PAGE, Posix.PROT_READ, Posix.MAP_SHARED, fd, 0)));
            MemorySegment word = arena.allocate(4, 4);
            vfio.device.read(vfio.device.region(plane.what()), vfio.region(Vfio.PRIMARY).stride() * 300L, word);
            assertEquals(0xffffff, word.get(JAVA_INT_UNALIGNED, 0), "the first bar is white");
            assertEquals("EFAULT", answer(kernel.pwrite(fd, word, offset)));
        }
    }

    @Test
    void picturesOfTwoFramesDifferInMoreThanTheirNumber() {
        SimulatedScreen screen = plugBuffers();
        int[] before = screen.picture();
        screen.tick();
        int[] after = screen.picture();
        int different = 0;
        for (int i = screen.width() * 8; i < before.length; i++) {
            different += before[i] == after[i] ? 0 : 1;
        }
        assertTrue(different > 100, "pixels that have changed: " + different);
    }

    @Test
    void framesAlternateBetweenTwoIdsAndAModeHasNewOnes() {
        SimulatedScreen screen = plugBuffers();
        try (Vfio vfio = new Vfio(kernel, BUFFERS)) {
            int first = vfio.dmabuf(Vfio.PRIMARY).what();
            assertEquals(1, first);
            screen.tick();
            int second = vfio.dmabuf(Vfio.PRIMARY).what();
            assertEquals(2, second);
            screen.tick();
            assertEquals(first, vfio.dmabuf(Vfio.PRIMARY).what());
            assertEquals(3, vfio.dmabuf(Vfio.CURSOR).what());
            screen.setMode(1024, 768);
            assertEquals(4, vfio.dmabuf(Vfio.PRIMARY).what());
            vfio.export(second).close();
            assertEquals("EINVAL", answer(vfio.get(second)), "gone with its only dma-buf");
            screen.setMode(640, 480);
            assertEquals(second, vfio.dmabuf(Vfio.PRIMARY).what(), "the smallest that is free");
        }
    }

    @Test
    void idStaysFromQueryToExportWhateverTheGuestDoes() {
        SimulatedScreen screen = plugBuffers();
        try (Vfio vfio = new Vfio(kernel, BUFFERS)) {
            Vfio.Plane plane = vfio.dmabuf(Vfio.PRIMARY);
            int[] drawn = screen.picture();
            screen.setMode(640, 480);
            screen.setPrimaryShown(false);
            assertEquals(NONE, vfio.dmabuf(Vfio.PRIMARY));
            try (Fd one = vfio.export(plane.what()); Fd two = vfio.export(plane.what())) {
                MemorySegment memory = MappedMemory.map(kernel, two.number(), 0, MappedMemory.roundUp(plane.size()), false, arena);
                assertArrayEquals(drawn, pixels(memory, plane));
                assertNotEquals(FileStatus.of(one.number()).inode(), FileStatus.of(two.number()).inode());
                assertEquals(1, kernel.fcntl(one.number(), Posix.F_GETFD, 0), "closed on exec");
                int readWrite = Posix.PROT_READ | Posix.PROT_WRITE;
                assertEquals("EACCES", answer(kernel.mmap(0, PAGE, readWrite, Posix.MAP_SHARED, one.number(), 0)));
            }
        }
    }

    @Test
    void planesGoOffAndOnAndTheCursorSaysWhereItIs() {
        SimulatedScreen screen = plugBuffers();
        try (Vfio vfio = new Vfio(kernel, BUFFERS)) {
            screen.setCursorShown(false);
            assertEquals(NONE, vfio.dmabuf(Vfio.CURSOR));
            screen.setCursorShown(true);
            screen.moveCursor(-5, 700);
            screen.setHotspot(3, 4);
            Vfio.Plane cursor = vfio.dmabuf(Vfio.CURSOR);
            assertEquals(List.of(-5, 700, 3, 4), List.of(cursor.x(), cursor.y(), cursor.xHot(), cursor.yHot()));
            assertEquals(VfioDriver.fourcc("AR24"), cursor.format());
            screen.setHotspot(-1, -1);
            assertEquals(-1, vfio.dmabuf(Vfio.CURSOR).xHot());
            assertEquals(-1, vfio.dmabuf(Vfio.PRIMARY).yHot());
            screen.claimFormat(0x21212121);
            assertEquals(0x21212121, vfio.dmabuf(Vfio.PRIMARY).format());
            assertEquals("EINVAL", answer(vfio.dmabuf(0).result()), "there is no overlay");
            assertEquals("EINVAL", answer(vfio.get(99)));
            vfio.device.reset();
            assertEquals(VfioDriver.FORMAT_XRGB8888, vfio.dmabuf(Vfio.PRIMARY).format());
            assertEquals(0, screen.frame());
        }
    }

    @Test
    void bufferOutlivesTheDeviceAndIdsDoNot() {
        SimulatedScreen screen = plugBuffers();
        Vfio vfio = new Vfio(kernel, BUFFERS);
        Vfio.Plane plane = vfio.dmabuf(Vfio.PRIMARY);
        int[] drawn = screen.picture();
        try (Fd buffer = vfio.export(plane.what())) {
            vfio.dmabuf(Vfio.CURSOR);
            vfio.close();
            try (Vfio again = new Vfio(kernel, BUFFERS)) {
                assertEquals("EINVAL", answer(again.get(plane.what())));
                kernel.machine().unplug(BUFFERS);
                assertEquals("ENODEV", answer(again.dmabuf(Vfio.PRIMARY).result()));
            }
            MemorySegment memory = MappedMemory.map(kernel, buffer.number(), 0, MappedMemory.roundUp(plane.size()), false, arena);
            assertArrayEquals(drawn, pixels(memory, plane));
        }
        assertThrows(IllegalStateException.class, screen::tick);
        assertThrows(IllegalArgumentException.class, () -> kernel.machine().screen(BUFFERS));
    }

    @Test
    void clockDrawsWhenSomebodyLooks() {
        SimulatedScreen screen = plugBuffers();
        try (Vfio vfio = new Vfio(kernel, BUFFERS)) {
            screen.setFramesPerSecond(1000);
            long deadline = System.nanoTime() + 30_000_000_000L;
            while (screen.frame() < 3 && System.nanoTime() < deadline) {
                vfio.dmabuf(Vfio.PRIMARY);
            }
            assertTrue(screen.frame() >= 3, screen::toString);
            screen.setFramesPerSecond(0);
            int stopped = screen.frame();
            assertArrayEquals(screen.picture(), seen(vfio, Vfio.PRIMARY));
            assertEquals(stopped, screen.frame());
        }
    }

    @Test
    void whatTheGuestCannotDoIsRefused() {
        SimulatedScreen screen = plugBuffers();
        for (int width : new int[] {0, 63, 2049, -1}) {
            assertThrows(IllegalArgumentException.class, () -> screen.setMode(width, 480));
            assertThrows(IllegalArgumentException.class, () -> screen.setMode(640, width));
        }
        assertThrows(IllegalArgumentException.class, () -> screen.setMode(640, 480, "NV12"));
        assertThrows(IllegalArgumentException.class, () -> screen.tick(-1));
        assertThrows(IllegalArgumentException.class, () -> screen.setFramesPerSecond(-1));
        assertEquals("800x600, frame 0", screen.toString());
        kernel.machine().plug(REGIONS, SimulatedVfio.MBOCHS);
        assertThrows(IllegalArgumentException.class, () -> kernel.machine().screen(REGIONS));
        assertThrows(IllegalArgumentException.class, () -> kernel.machine().screen("/dev/udmabuf"));
    }

    @Test
    void guestDrawsWhileOthersLook() throws Exception {
        SimulatedScreen screen = plugBuffers();
        try (VfioDevice keep = new Vfio(kernel, BUFFERS).device) {
            Thread guest = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 20; i++) {
                    screen.tick();
                    screen.setMode(640 + i, 480);
                }
            });
            while (guest.isAlive()) {
                MemorySegment plane = arena.allocate(64, 8);
                plane.set(JAVA_INT_UNALIGNED, 0, 64);
                plane.set(JAVA_INT_UNALIGNED, VfioUapi.PLANE_FLAGS, VfioUapi.TYPE_DMABUF);
                plane.set(JAVA_INT_UNALIGNED, VfioUapi.PLANE_TYPE, Vfio.PRIMARY);
                assertEquals(0, keep.ioctl(VfioUapi.QUERY_GFX_PLANE, plane));
                int fd = keep.ioctl(VfioUapi.GET_GFX_DMABUF, plane.asSlice(VfioUapi.PLANE_WHAT));
                assertTrue(fd >= 0, () -> answer(fd));
                kernel.close(fd);
            }
            guest.join();
        }
    }
}
