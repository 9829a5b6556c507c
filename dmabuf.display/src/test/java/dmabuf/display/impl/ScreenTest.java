package dmabuf.display.impl;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.Mapping;
import dmabuf.api.MmapRequest;
import dmabuf.display.CursorMode;
import dmabuf.display.DisplayFrame;
import dmabuf.display.DisplayPicture;
import dmabuf.display.DisplayPlane;
import dmabuf.display.DisplayState;
import dmabuf.display.PlaneInfo;
import dmabuf.fd.Errno;
import dmabuf.frame.DrmFormat;
import dmabuf.frame.DrmModifier;
import dmabuf.frame.FrameDescription;
import dmabuf.frame.FramePlane;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Frames and copies of a screen. */
class ScreenTest {

    private final Rig rig = new Rig();

    @AfterEach
    void nothingIsLeft() {
        rig.close();
    }

    private static List<String> words(DisplayPicture picture) {
        return Arrays.stream(picture.pixels().toArray(JAVA_INT_UNALIGNED)).mapToObj(each -> "%08x".formatted(each)).toList();
    }

    @Test
    void frameIsABufferWithItsDescription() {
        PlaneInfo info = rig.show(DisplayPlane.PRIMARY, 1, DrmFormat.XRGB8888, 4, 2, 0, 0);
        rig.draw(info, 1, 2, 3, 4, 5);
        try (DisplayFrame frame = rig.screen.frame(DisplayPlane.PRIMARY).orElseThrow();
                Mapping mapping = frame.buffer().mmap(MmapRequest.whole().access(Access.READ));
                CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
            assertEquals(info, frame.info());
            assertEquals(5, info.frame().rows(0, cpu.segment()).row(1).get(JAVA_INT_UNALIGNED, 0));
            assertEquals(Errno.EACCES, assertThrows(
                    DmaBufException.class, () -> frame.buffer().mmap(MmapRequest.whole().access(Access.WRITE))).errno());
        }
    }

    @Test
    void planeThatIsOffIsNoFrame() {
        assertEquals(Optional.empty(), rig.screen.frame(DisplayPlane.PRIMARY));
        assertEquals(Optional.empty(), rig.screen.capture(CursorMode.COMPOSED));
        assertEquals(DisplayState.Condition.OFF, rig.screen.state().condition());
    }

    @Test
    void framebufferThatIsGoneIsAskedForAnew() {
        rig.show(DisplayPlane.PRIMARY, 1, DrmFormat.XRGB8888, 4, 2, 0, 0);
        rig.export = request -> {
            rig.show(DisplayPlane.PRIMARY, 2, DrmFormat.XRGB8888, 8, 2, 0, 0);
            rig.export = rig::dmaBuf;
            throw new DmaBufException(Errno.ENOENT, "export", "1");
        };
        try (DisplayFrame frame = rig.screen.frame(DisplayPlane.PRIMARY).orElseThrow()) {
            assertEquals(2, frame.info().id());
        }
        rig.export = request -> {
            throw new DmaBufException(Errno.ENOENT, "export", "again");
        };
        Rig.assertErrno(Errno.EAGAIN, () -> rig.screen.frame(DisplayPlane.PRIMARY));
        rig.export = request -> {
            rig.planes.clear();
            throw new DmaBufException(Errno.ENOENT, "export", "off");
        };
        assertEquals(Optional.empty(), rig.screen.frame(DisplayPlane.PRIMARY));
    }

    @Test
    void pictureThatDoesNotFitItsBufferIsRefused() {
        rig.show(DisplayPlane.PRIMARY, 1, DrmFormat.XRGB8888, 1024, 1024, 0, 0);
        DmaBufException e = Rig.assertErrno(Errno.EIO, () -> rig.screen.frame(DisplayPlane.PRIMARY));
        assertTrue(e.getMessage().contains("does not fit"), e.getMessage());
        assertEquals(0, rig.core.census().size());
    }

    @Test
    void whatIsWrongWithTheDeviceIsInTheState() {
        rig.whenAsked = () -> {
            throw new DmaBufException(Errno.EIO, "QUERY", "device", "says what cannot be");
        };
        assertEquals(DisplayState.Condition.UNREADABLE, rig.screen.state().condition());
        assertTrue(rig.screen.state().problem().contains("says what cannot be"));
        rig.whenAsked = () -> {
            throw new UnsupportedOperationException("a bug");
        };
        assertTrue(rig.screen.state().problem().contains("the exporter is at fault"));
        Rig.assertErrno(Errno.EIO, () -> rig.screen.frame(DisplayPlane.PRIMARY));
        rig.whenAsked = () -> {
            throw new DmaBufException(Errno.ENODEV, "QUERY", "device");
        };
        assertEquals(DisplayState.GONE, rig.screen.state());
    }

    @Test
    void cursorThatCannotBeReadLeavesThePicture() {
        rig.show(DisplayPlane.PRIMARY, 1, DrmFormat.XRGB8888, 4, 2, 0, 0);
        rig.whenAsked = () -> {
            if (rig.queries.get() % 2 == 0) {
                throw new DmaBufException(Errno.EIO, "QUERY", "cursor");
            }
        };
        DisplayState state = rig.screen.state();
        assertEquals(DisplayState.Condition.ON, state.condition());
        assertTrue(state.problem().startsWith("cursor: "), state::problem);
    }

    @Test
    void screenThatIsGoneWorksAgainWhenItIsBack() {
        rig.show(DisplayPlane.PRIMARY, 1, DrmFormat.XRGB8888, 4, 2, 0, 0);
        rig.unplug();
        assertEquals(DisplayState.GONE, rig.screen.state());
        assertThrows(ExporterGoneException.class, () -> rig.screen.frame(DisplayPlane.PRIMARY));
        rig.plug();
        rig.screen.frame(DisplayPlane.PRIMARY).orElseThrow().close();
    }

    @Test
    void copyHasNoGaps() {
        for (boolean io : new boolean[] {false, true}) {
            rig.export = io ? rig::region : rig::dmaBuf;
            rig.draw(rig.show(DisplayPlane.PRIMARY, 1, DrmFormat.XRGB8888, 3, 2, 0, 0), 1, 2, 3, 4, 5, 6);
            DisplayPicture picture = rig.screen.capture(CursorMode.APART).orElseThrow();
            assertEquals(FrameDescription.packed(DrmFormat.XRGB8888, 3, 2), picture.frame());
            assertEquals(
                    List.of("00000001", "00000002", "00000003", "00000004", "00000005", "00000006"), words(picture));
            assertTrue(picture.pixels().isReadOnly());
        }
    }

    @Test
    void cursorIsComposedWhereItIsAndCutAtTheEdges() {
        PlaneInfo primary = rig.show(DisplayPlane.PRIMARY, 1, DrmFormat.XRGB8888, 3, 2, 0, 0);
        rig.draw(primary, 0x102030, 0x102030, 0x102030, 0x102030, 0x102030, 0x102030);
        PlaneInfo cursor = rig.show(DisplayPlane.CURSOR, 2, DrmFormat.ARGB8888, 2, 2, -1, -1);
        rig.draw(cursor, 0xffffffff, 0xffffffff, 0xffffffff, 0x80400000);
        DisplayPicture picture = rig.screen.capture(CursorMode.COMPOSED).orElseThrow();
        // 0x40 + 0x10 * 127/255, 0x20 * 127/255, 0x30 * 127/255
        assertEquals(List.of("ff481018", "ff102030", "ff102030", "ff102030", "ff102030", "ff102030"), words(picture));
        assertEquals(cursor, picture.state().cursor().orElseThrow());
        assertEquals("00102030", words(rig.screen.capture(CursorMode.APART).orElseThrow()).getFirst());

        rig.show(DisplayPlane.CURSOR, 2, DrmFormat.ARGB8888, 2, 2, 2, 1);
        assertEquals("ffffffff", words(rig.screen.capture(CursorMode.COMPOSED).orElseThrow()).getLast());
        for (int far : new int[] {Integer.MIN_VALUE, Integer.MAX_VALUE, -2, 3}) {
            rig.show(DisplayPlane.CURSOR, 2, DrmFormat.ARGB8888, 2, 2, far, far);
            assertEquals("ff102030", words(rig.screen.capture(CursorMode.COMPOSED).orElseThrow()).getFirst());
        }
    }

    @Test
    void whatCannotBeReadIsRefusedByName() {
        rig.show(DisplayPlane.PRIMARY, 1, DrmFormat.of("AB4H"), 3, 2, 0, 0);
        DmaBufException e = Rig.assertErrno(Errno.EOPNOTSUPP, () -> rig.screen.capture(CursorMode.APART));
        assertTrue(e.getMessage().contains("how AB4H is stored is not known here"), e.getMessage());

        PlaneInfo linear = rig.show(DisplayPlane.PRIMARY, 1, DrmFormat.XRGB8888, 3, 2, 0, 0);
        FrameDescription tiled = new FrameDescription(
                DrmFormat.XRGB8888, new DrmModifier(0x0100000000000001L), 3, 2, List.of(new FramePlane(0, 32)));
        rig.planes.put(DisplayPlane.PRIMARY, new PlaneInfo(
                DisplayPlane.PRIMARY, 1, tiled, linear.size(), 0, 0, Optional.empty(), linear.transport()));
        e = Rig.assertErrno(Errno.EOPNOTSUPP, () -> rig.screen.capture(CursorMode.APART));
        assertTrue(e.getMessage().contains("intel:0x100000000000001"), e.getMessage());

        rig.show(DisplayPlane.PRIMARY, 1, DrmFormat.XRGB8888, 3, 2, 0, 0);
        rig.show(DisplayPlane.CURSOR, 2, DrmFormat.YUYV, 2, 2, 0, 0);
        e = Rig.assertErrno(Errno.EOPNOTSUPP, () -> rig.screen.capture(CursorMode.COMPOSED));
        assertTrue(e.getMessage().contains("YUYV") && e.getMessage().contains("ARGB8888"), e.getMessage());
        rig.screen.capture(CursorMode.APART).orElseThrow();
    }

    @Test
    void formatsOfColoursAreReadRight() {
        PlaneInfo cursor = rig.show(DisplayPlane.CURSOR, 2, DrmFormat.ARGB8888, 1, 1, 9, 9);
        rig.draw(cursor, 0);
        assertEquals("ff332211", composed(DrmFormat.XBGR8888, 0x00112233));
        assertEquals("ff332211", composed(DrmFormat.ABGR8888, 0xff112233));
        assertEquals("ff112233", composed(DrmFormat.RGB888, 0x00112233));
        assertEquals("ff332211", composed(DrmFormat.BGR888, 0x00112233));
        assertEquals("ffff0000", composed(DrmFormat.RGB565, 0xf800));
        assertEquals("ff00ff00", composed(DrmFormat.RGB565, 0x07e0));
        assertEquals("ffffffff", composed(DrmFormat.RGB565, 0xffff));
    }

    private String composed(DrmFormat format, int word) {
        rig.draw(rig.show(DisplayPlane.PRIMARY, 1, format, 1, 1, 0, 0), word);
        return words(rig.screen.capture(CursorMode.COMPOSED).orElseThrow()).getFirst();
    }
}
