package dmabuf.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** Whatever is not what was written is found, byte by byte. */
class WordPatternTest {

    private final MemorySegment memory = MemorySegment.ofArray(new byte[4 * 4096]);

    @Test
    void whatWasWrittenIsRight() {
        WordPattern.fill(memory, 7);
        assertEquals(0, WordPattern.wrongBytes(memory, 7));
    }

    @Test
    void eachFlippedBitIsOneWrongByte() {
        WordPattern.fill(memory, 7);
        for (long at : new long[] {0, 1, 7, 8, 4095, 4096, memory.byteSize() - 1}) {
            flip(at);
        }
        assertEquals(7, WordPattern.wrongBytes(memory, 7));
    }

    @Test
    void pageOfAnotherPlaceOrTimeIsWrong() {
        WordPattern.fill(memory, 7);
        memory.asSlice(4096, 4096).copyFrom(memory.asSlice(0, 4096));
        assertTrue(WordPattern.wrongBytes(memory, 7) > 4000);
        WordPattern.fill(memory, 7);
        WordPattern.fill(memory.asSlice(0, 4096), 6);
        assertTrue(WordPattern.wrongBytes(memory, 7) > 4000);
    }

    @Test
    void pageThatWasLostIsWrong() {
        WordPattern.fill(memory, 7);
        memory.asSlice(8192, 4096).fill((byte) 0);
        assertTrue(WordPattern.wrongBytes(memory, 7) > 4000);
    }

    private void flip(long at) {
        memory.set(ValueLayout.JAVA_BYTE, at, (byte) (memory.get(ValueLayout.JAVA_BYTE, at) ^ 0x10));
    }
}
