package iosys;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What I/O memory holds after any copy is what arrays of bytes would. */
class CopyPropertyTest {

    private static final int ROUNDS = 20_000;
    private static final int SIZE = 300;

    /** To run it again as it was: {@code -Diosys.seed=N}. */
    private final long seed = Long.getLong("iosys.seed", System.nanoTime());

    private final Random random = new Random(seed);
    private final byte[] expected = new byte[SIZE];
    private Arena arena;
    private MemorySegment memory;

    @BeforeEach
    void allocate() {
        System.out.println("CopyPropertyTest: -Diosys.seed=" + seed);
        arena = Arena.ofConfined();
        memory = arena.allocate(SIZE + Long.BYTES, Long.BYTES).asSlice(random.nextInt(Long.BYTES), SIZE);
    }

    @AfterEach
    void free() {
        arena.close();
    }

    /** One of the two kinds, at any place, by any of the ways to get there. */
    private IosysMap map(int position) {
        IosysMap map = random.nextBoolean() ? IosysMap.ofIo(memory) : IosysMap.of(memory);
        if (random.nextBoolean()) {
            map.increment(position);
            return map;
        }
        return map.atOffset(position);
    }

    private MemorySegment buffer(byte[] bytes) {
        MemorySegment heap = MemorySegment.ofArray(bytes);
        return random.nextBoolean() ? heap : arena.allocate(bytes.length).copyFrom(heap);
    }

    @Test
    void copiesOfIoMemoryAreTheSameAsThoseOfSystemMemory() {
        for (int round = 0; round < ROUNDS; round++) {
            int length = random.nextInt(4) == 0 ? random.nextInt(SIZE / 2) : random.nextInt(20);
            int position = random.nextInt(SIZE - length + 1);
            int offset = random.nextInt(SIZE - length - position + 1);
            int from = position + offset;
            String what = "seed " + seed + ", round " + round;
            IosysMap map = map(position);
            switch (random.nextInt(3)) {
                case 0 -> {
                    byte[] bytes = new byte[length + random.nextInt(9)];
                    random.nextBytes(bytes);
                    int sourceOffset = random.nextInt(bytes.length - length + 1);
                    map.copyTo(offset, buffer(bytes), sourceOffset, length);
                    System.arraycopy(bytes, sourceOffset, expected, from, length);
                }
                case 1 -> {
                    byte value = (byte) random.nextInt();
                    map.fill(offset, value, length);
                    Arrays.fill(expected, from, from + length, value);
                }
                default -> {
                    byte[] bytes = new byte[length + random.nextInt(9)];
                    random.nextBytes(bytes);
                    MemorySegment out = buffer(bytes);
                    int outOffset = random.nextInt(bytes.length - length + 1);
                    map.copyFrom(out, outOffset, offset, length);
                    System.arraycopy(expected, from, bytes, outOffset, length);
                    assertArrayEquals(bytes, out.toArray(ValueLayout.JAVA_BYTE), what);
                }
            }
            assertEquals(-1, memory.mismatch(MemorySegment.ofArray(expected)), what);
        }
    }
}
