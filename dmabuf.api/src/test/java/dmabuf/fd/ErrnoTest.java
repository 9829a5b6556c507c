package dmabuf.fd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrnoTest {

    @ParameterizedTest
    @CsvSource({"EPERM, 1", "EBADF, 9", "EINVAL, 22", "ENOTTY, 25", "EOVERFLOW, 75", "EBADFD, 77", "EHWPOISON, 133"})
    void numbersAreThoseOfLinux(Errno errno, int number) {
        assertEquals(number, errno.number());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNLISTED")
    void everyErrorIsFoundByItsNumber(Errno errno) {
        assertSame(errno, Errno.of(errno.number()));
        assertSame(errno, Errno.ofResult(-errno.number()));
        assertFalse(errno.text().isBlank());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -22, 41, 58, 255, 256, 512, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void numberThatLinuxDoesNotHaveIsUnlisted(int number) {
        assertSame(Errno.UNLISTED, Errno.of(number));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 22, -4095, Long.MIN_VALUE, Long.MAX_VALUE, -(1L << 32) - 22})
    void resultThatIsNoErrnoIsUnlisted(long result) {
        assertSame(Errno.UNLISTED, Errno.ofResult(result));
    }

    @Test
    void noNumberIsThereTwice() {
        assertEquals(
                Errno.values().length,
                Arrays.stream(Errno.values()).map(Errno::number).collect(Collectors.toSet()).size());
    }

    @ParameterizedTest
    @EnumSource
    void kindOfKernelReadsWhatItWrites(KernelKind kind) {
        assertSame(kind, KernelKind.ofProperty(kind.property()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "LINUX", "windows"})
    void otherKindsOfKernelAreRefused(String property) {
        assertThrows(IllegalArgumentException.class, () -> KernelKind.ofProperty(property));
    }
}
