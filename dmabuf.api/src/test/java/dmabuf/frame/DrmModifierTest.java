package dmabuf.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DrmModifierTest {

    @Test
    void implicitIsNeitherLinearNorShareable() {
        assertEquals(0xffffffffffffffL, DrmModifier.INVALID.value());
        assertTrue(DrmModifier.INVALID.isImplicit());
        assertFalse(DrmModifier.INVALID.isLinear());
        assertFalse(DrmModifier.INVALID.isShareable());
        assertEquals(0, DrmModifier.INVALID.vendor());
    }

    @Test
    void linearIsShareableAndNobodys() {
        assertEquals(0, DrmModifier.LINEAR.value());
        assertTrue(DrmModifier.LINEAR.isLinear());
        assertTrue(DrmModifier.LINEAR.isShareable());
        assertFalse(DrmModifier.LINEAR.isImplicit());
        assertEquals(0, DrmModifier.LINEAR.vendor());
    }

    @ParameterizedTest
    @CsvSource({
        "0x0, linear",
        "0xffffffffffffff, implicit",
        "0x100000000000001, intel:0x100000000000001",
        "0x200000000000001, amd:0x200000000000001",
        "0x800000000000041, arm:0x800000000000041",
        "0x1, none:0x1",
        "0xff00000000000001, vendor 255:0xff00000000000001"
    })
    void textAndValueAreTheSame(String number, String text) {
        DrmModifier modifier = DrmModifier.of(number);
        assertEquals(Long.parseUnsignedLong(number.substring(2), 16), modifier.value());
        assertEquals(text, modifier.toString());
        assertEquals(modifier, DrmModifier.of(text));
    }

    @Test
    void vendorIsTheHighestByte() {
        assertEquals(1, DrmModifier.of("0x100000000000001").vendor());
        assertEquals(255, new DrmModifier(-1).vendor());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Linear", "0x", "0xg", "0x-1", "0x+1", ":0x1", "12", "intel", "amd:0x100000000000001", "x0x1", "0x10000000000000000"})
    void whatIsNoModifierIsRefused(String text) {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> DrmModifier.of(text)).getMessage().contains("\"" + text + "\""));
    }
}
