package dmabuf.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {

    @Test
    void unitsArePowersOf1024() {
        assertEquals(0, Sizes.parse("0"));
        assertEquals(4097, Sizes.parse("4097"));
        assertEquals(4096, Sizes.parse("4K"));
        assertEquals(64L << 20, Sizes.parse("64m"));
        assertEquals(3L << 30, Sizes.parse("3G"));
        assertEquals(1L << 40, Sizes.parse("1T"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "K", "4KB", "4.5K", "0x10", "many", "9223372036854775808", "8388608T"})
    void whatIsNoSizeIsSaid(String text) {
        assertTrue(assertThrows(UsageException.class, () -> Sizes.parse(text)).getMessage().startsWith("not a size: " + text));
    }

    @Test
    void negativeSizeIsSaid() {
        assertEquals("a size is not negative: -1", assertThrows(UsageException.class, () -> Sizes.parse("-1")).getMessage());
    }

    @Test
    void largestUnitWithoutRemainderIsWritten() {
        assertEquals("0 B", Sizes.format(0));
        assertEquals("4097 B", Sizes.format(4097));
        assertEquals("4 KiB", Sizes.format(4096));
        assertEquals("64 MiB", Sizes.format(64 << 20));
        assertEquals("1025 KiB", Sizes.format(1025 << 10));
        assertEquals("2048 TiB", Sizes.format(1L << 51));
        assertEquals("none", Sizes.format(Long.MAX_VALUE));
    }
}
