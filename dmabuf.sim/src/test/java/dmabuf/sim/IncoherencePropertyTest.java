package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.fd.Fd;
import dmabuf.linux.FileStatus;
import dmabuf.linux.MappedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** In any order of writes and syncs, nothing that one side wrote is overwritten by the other's sync, and nothing is carried without one. */
class IncoherencePropertyTest extends SimulatedKernelCase {

    private static final String CARD = "/dev/dri/card0";
    private static final int SIZE = (int) (3 * PAGE);
    private static final int STEPS = 600;
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int END = 4;

    @BeforeEach
    void plug() {
        kernel.machine().plug(CARD, SimulatedGpu.I915_NO_LLC);
    }

    /** Some that are always the same, and some that never were tried before; the name of a test that fails tells its seed. */
    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 10), new Random().longs(10));
    }

    /** What each side has, and which bytes it has written since it agreed with the other on them. */
    private static final class Model {
        private final byte[] cpu = new byte[SIZE];
        private final byte[] device = new byte[SIZE];
        private final byte[] agreed = new byte[SIZE];
        private final boolean[] byCpu = new boolean[SIZE];
        private final boolean[] byDevice = new boolean[SIZE];

        void begin() {
            for (int i = 0; i < SIZE; i++) {
                if (byDevice[i] && !byCpu[i]) {
                    cpu[i] = device[i];
                    agreed[i] = device[i];
                    byDevice[i] = false;
                }
            }
        }

        void end() {
            for (int i = 0; i < SIZE; i++) {
                if (byCpu[i] && !byDevice[i]) {
                    device[i] = cpu[i];
                }
                if (byCpu[i]) {
                    agreed[i] = cpu[i];
                    byCpu[i] = false;
                }
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void randomInterleavings(long seed) {
        Random random = new Random(seed);
        Model model = new Model();
        try (I915 atom = new I915(kernel, CARD);
                Fd buffer = atom.buffer(SIZE)) {
            MemorySegment cpu = map(buffer, 0, SIZE);
            for (int step = 1; step <= STEPS; step++) {
                // A write is always a change: the model knows who has written, the simulation only what differs.
                byte value = (byte) (1 + step % 255);
                int at = random.nextInt(SIZE - 40);
                int length = 1 + random.nextInt(40);
                switch (random.nextInt(5)) {
                    case 0, 1 -> {
                        for (int i = at; i < at + length; i++) {
                            model.cpu[i] = fresh(model, i, value);
                            model.byCpu[i] = true;
                            cpu.set(JAVA_BYTE, i, model.cpu[i]);
                        }
                    }
                    case 2 -> {
                        byte[] bytes = new byte[length];
                        for (int i = at; i < at + length; i++) {
                            model.device[i] = fresh(model, i, value);
                            model.byDevice[i] = true;
                            bytes[i - at] = model.device[i];
                        }
                        kernel.machine().deviceWrite(inode(buffer), at, MemorySegment.ofArray(bytes));
                    }
                    case 3 -> {
                        assertEquals(0, sync(buffer.number(), 1 + random.nextInt(3)));
                        model.begin();
                    }
                    default -> end(random, model, buffer);
                }
                compare(model, cpu, buffer, "seed " + seed + ", step " + step);
            }
        }
    }

    /** A value that neither side has, and that they did not agree on. */
    private static byte fresh(Model model, int at, byte value) {
        byte other = value;
        while (other == model.agreed[at] || other == model.cpu[at] || other == model.device[at]) {
            other++;
        }
        return other;
    }

    private void end(Random random, Model model, Fd buffer) {
        int flags = 1 + random.nextInt(3);
        assertEquals(0, sync(buffer.number(), flags | END));
        if ((flags & WRITE) != 0) {
            model.end();
        }
    }

    private void compare(Model model, MemorySegment cpu, Fd buffer, String when) {
        byte[] device = new byte[SIZE];
        kernel.machine().deviceRead(inode(buffer), 0, MemorySegment.ofArray(device));
        assertArrayEquals(model.cpu, cpu.toArray(JAVA_BYTE), () -> "what the CPU sees: " + when);
        assertArrayEquals(model.device, device, () -> "what the device sees: " + when);
    }

    private static long inode(Fd buffer) {
        return FileStatus.of(buffer.number()).inode();
    }

    /** A CPU, a device, and somebody who syncs all the time, all in one word: none of them ever misses what it has written itself. */
    @Test
    void concurrentWritersOfOneWordLoseNothing() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (I915 atom = new I915(kernel, CARD);
                Fd buffer = atom.buffer(PAGE);
                ExecutorService threads = Executors.newFixedThreadPool(2);
                Arena shared = Arena.ofShared()) {
            MemorySegment cpu = MappedMemory.map(kernel, buffer.number(), 0, PAGE, true, shared);
            MemorySegment flags = shared.allocate(8, 8);
            Future<?> syncing = threads.submit((Callable<Void>) () -> {
                MemorySegment end = shared.allocate(8, 8);
                flags.set(JAVA_LONG, 0, READ | WRITE);
                end.set(JAVA_LONG, 0, READ | WRITE | END);
                while (!over.get()) {
                    kernel.ioctl(buffer.number(), 0x40086200L, flags);
                    kernel.ioctl(buffer.number(), 0x40086200L, end);
                }
                return null;
            });
            Future<?> device = threads.submit(() -> {
                MemorySegment word = shared.allocate(JAVA_INT);
                for (int value = 1; value <= 3_000; value++) {
                    word.set(JAVA_INT, 0, value);
                    kernel.machine().deviceWrite(inode(buffer), 4, word);
                    kernel.machine().deviceRead(inode(buffer), 4, word);
                    assertEquals(value, word.get(JAVA_INT, 0), "the device has lost a write");
                }
            });
            for (int value = 1; !device.isDone(); value++) {
                cpu.set(JAVA_INT, 0, value);
                assertEquals(value, cpu.get(JAVA_INT, 0), "the CPU has lost a write");
            }
            over.set(true);
            device.get();
            syncing.get();
        }
    }

    @RepeatedTest(3)
    void bracketedStreamArrivesWholeInBothDirections() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        try (I915 atom = new I915(kernel, CARD);
                Fd buffer = atom.buffer(64 * PAGE)) {
            MemorySegment cpu = map(buffer, 0, 64 * PAGE);
            byte[] frame = new byte[(int) (64 * PAGE)];
            byte[] arrived = new byte[frame.length];
            for (int i = 0; i < 10; i++) {
                random.nextBytes(frame);
                assertEquals(0, sync(buffer.number(), WRITE));
                cpu.copyFrom(MemorySegment.ofArray(frame));
                assertEquals(0, sync(buffer.number(), WRITE | END));
                kernel.machine().deviceRead(inode(buffer), 0, MemorySegment.ofArray(arrived));
                assertArrayEquals(frame, arrived, () -> "to the device, seed " + seed);
                random.nextBytes(frame);
                kernel.machine().deviceWrite(inode(buffer), 0, MemorySegment.ofArray(frame));
                assertEquals(0, sync(buffer.number(), READ));
                assertArrayEquals(frame, cpu.toArray(JAVA_BYTE), () -> "to the CPU, seed " + seed);
                assertEquals(0, sync(buffer.number(), READ | END));
            }
        }
    }
}
