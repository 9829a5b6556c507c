package dmabuf.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DrmFormatTest {

    @ParameterizedTest
    @CsvSource({
        "XR24, 0x34325258, XRGB8888, 32",
        "AR24, 0x34325241, ARGB8888, 32",
        "XB24, 0x34324258, XBGR8888, 32",
        "AB24, 0x34324241, ABGR8888, 32",
        "RG16, 0x36314752, RGB565, 16",
        "YUYV, 0x56595559, YUYV, 16",
        "NV12, 0x3231564e, NV12, 8"
    })
    void fourccIsFourCharactersTheFirstInTheLowestByte(String text, String number, String name, int bits) {
        DrmFormat format = DrmFormat.of(text);
        assertEquals(Integer.decode(number), format.fourcc());
        assertEquals(text, format.text());
        assertEquals(format, DrmFormat.of(number));
        assertEquals(name, format.toString());
        assertEquals(bits, format.planes().getFirst().bitsPerSample());
    }

    @Test
    void formatThatIsNotKnownCanBeNamed() {
        DrmFormat afbc = DrmFormat.of("VUY8");
        assertFalse(afbc.isKnown());
        assertEquals(List.of(), afbc.planes());
        assertEquals("VUY8", afbc.toString());
        DrmFormat bigEndian = new DrmFormat(DrmFormat.XRGB8888.fourcc() | 1 << 31);
        assertEquals("0xb4325258", bigEndian.text());
        assertEquals(bigEndian, DrmFormat.of(bigEndian.text()));
        assertNotEquals(DrmFormat.XRGB8888, bigEndian);
        assertEquals("0x00000000", new DrmFormat(0).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "XR2", "XR240", "XRGB8888", "0x1234", "0x123456789", "XR2ü", "XR2\n"})
    void whatIsNoFourccIsRefused(String text) {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> DrmFormat.of(text)).getMessage().contains("not a fourcc"));
    }

    @Test
    void samplesThatPixelsShareAreRoundedUp() {
        PlaneFormat luma = DrmFormat.NV12.planes().get(0);
        PlaneFormat chroma = DrmFormat.NV12.planes().get(1);
        assertEquals(5, luma.rowBytes(5));
        assertEquals(3, luma.rows(3));
        assertEquals(6, chroma.rowBytes(5));
        assertEquals(2, chroma.rows(3));
        assertEquals(16, chroma.bitsPerSample());
        assertEquals(2, chroma.horizontalSubsampling());
        assertEquals(12, DrmFormat.YUYV.planes().getFirst().rowBytes(5));
        assertEquals(12, DrmFormat.YUYV.planes().getFirst().rowBytes(6));
    }

    @Test
    void widestRowDoesNotOverflow() {
        assertEquals(4L * Integer.MAX_VALUE, DrmFormat.XRGB8888.planes().getFirst().rowBytes(Integer.MAX_VALUE));
        assertEquals(1 << 30, DrmFormat.NV12.planes().get(1).rows(Integer.MAX_VALUE));
        assertEquals(1L << 31, DrmFormat.NV12.planes().get(1).rowBytes(Integer.MAX_VALUE));
    }

    @Test
    void planeOfNothingIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new PlaneFormat(0, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new PlaneFormat(1, 0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new PlaneFormat(1, 1, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new PlaneFormat(1, 1, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new FramePlane(-1, 0));
        assertThrows(IllegalArgumentException.class, () -> new FramePlane(0, -1));
    }
}
