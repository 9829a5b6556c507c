package dmabuf.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class FrameFormatsTest {

    private static final DrmModifier X_TILED = new DrmModifier(0x0100000000000001L);

    @Test
    void formatsKeepTheirOrderAndCountOnce() {
        FrameFormats formats = FrameFormats.of(DrmFormat.XRGB8888, X_TILED, DrmModifier.LINEAR, X_TILED)
                .or(DrmFormat.NV12, DrmModifier.LINEAR)
                .or(DrmFormat.XRGB8888, DrmModifier.LINEAR);
        assertEquals("intel:0x100000000000001 XRGB8888 or linear XRGB8888 or linear NV12", formats.toString());
        assertEquals(3, formats.inOrder().size());
        assertEquals(List.of(X_TILED, DrmModifier.LINEAR), formats.modifiers(DrmFormat.XRGB8888));
        assertEquals(List.of(), formats.modifiers(DrmFormat.YUYV));
        assertEquals(formats, FrameFormats.of(formats.inOrder()));
        assertEquals(formats.hashCode(), FrameFormats.of(formats.inOrder()).hashCode());
        assertNotEquals(FrameFormats.linear(DrmFormat.NV12, DrmFormat.R8), FrameFormats.linear(DrmFormat.R8, DrmFormat.NV12));
    }

    @Test
    void implicitLayoutIsNotShareable() {
        FrameFormats formats = FrameFormats.of(DrmFormat.NV12, DrmModifier.INVALID).or(DrmFormat.R8, DrmModifier.LINEAR);
        assertEquals(FrameFormats.linear(DrmFormat.R8), formats.shareable());
        FrameFormats none = FrameFormats.of(DrmFormat.NV12, DrmModifier.INVALID).shareable();
        assertTrue(none.isEmpty());
        assertFalse(formats.isEmpty());
        assertEquals("no format", none.toString());
    }

    @Test
    void nothingIsMissing() {
        assertThrows(NullPointerException.class, () -> FrameFormats.of(DrmFormat.NV12, (DrmModifier) null));
        assertThrows(NullPointerException.class, () -> FrameFormats.of(null, DrmModifier.LINEAR));
        assertThrows(NullPointerException.class, () -> new FrameFormat(DrmFormat.NV12, null));
    }
}
