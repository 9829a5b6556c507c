package dmabuf.shell.measure;

import dmabuf.api.Access;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Measures how fast the CPU reads and writes memory: the best of several rounds, since whatever else the machine does can only make a
 * round slower. Bulk copies go through a piece of memory that stays in the cache, so that it is the memory in question which counts.
 *
 * <p>Writing fills the memory with zeroes. Not thread-safe; {@link #close} frees what it works with.
 */
final class BandwidthProbe implements AutoCloseable {

    /** How much is measured of a buffer, unless it is smaller. */
    static final long SIZE = 8L << 20;

    private static final long PIECE = 64 << 10;
    private static final long CACHE_LINE = 64;

    private static final int ROUNDS = 12;
    /** Slow memory is not read more often than this allows, beyond the second time. */
    private static final long PATIENCE_NANOS = 250_000_000;
    /** The compiler has done its work when plain memory has been read and written for so long. */
    private static final long WARM_UP_NANOS = 400_000_000;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment scratch = arena.allocate(PIECE, CACHE_LINE);
    private final MemorySegment plain = arena.allocate(SIZE, PIECE);
    private boolean warm;
    /** Keeps the compiler from leaving out reads whose result nobody wants. */
    private long sum;

    /** Measures plain memory of a size. */
    Bandwidth plain(long size) {
        ProbedMemory memory = ProbedMemory.plain(plain.asSlice(0, size));
        long start = System.nanoTime();
        while (!warm) {
            measure(memory, Access.READ_WRITE);
            warm = System.nanoTime() - start > WARM_UP_NANOS;
        }
        return measure(memory, Access.READ_WRITE);
    }

    /** Measures memory that permits this access, which includes reading. */
    Bandwidth measure(ProbedMemory memory, Access access) {
        double written = access.permits(Access.WRITE) ? memory.within(Access.WRITE, to -> rate(to, this::write)) : 0;
        double read = memory.within(Access.READ, from -> rate(from, this::read));
        double strided = memory.within(Access.READ, from -> rate(from, this::readStrided));
        return new Bandwidth(read, strided, written);
    }

    private interface Pass {
        void over(MemorySegment memory);
    }

    /** Bytes a second, in the best round. */
    private static double rate(MemorySegment memory, Pass pass) {
        long best = Long.MAX_VALUE;
        long start = System.nanoTime();
        for (int round = 0; round < ROUNDS; round++) {
            long before = System.nanoTime();
            pass.over(memory);
            long after = System.nanoTime();
            best = Math.min(best, after - before);
            if (round > 0 && after - start > PATIENCE_NANOS) {
                break;
            }
        }
        return memory.byteSize() * 1e9 / Math.max(1, best);
    }

    private void read(MemorySegment memory) {
        for (long at = 0; at < memory.byteSize(); at += PIECE) {
            MemorySegment.copy(memory, at, scratch, 0, Math.min(PIECE, memory.byteSize() - at));
        }
    }

    private void write(MemorySegment memory) {
        for (long at = 0; at < memory.byteSize(); at += PIECE) {
            MemorySegment.copy(scratch, 0, memory, at, Math.min(PIECE, memory.byteSize() - at));
        }
    }

    private void readStrided(MemorySegment memory) {
        long total = 0;
        for (long at = 0; at < memory.byteSize(); at += CACHE_LINE) {
            total += memory.get(ValueLayout.JAVA_LONG, at);
        }
        sum += total;
    }

    /** What was read. */
    long sum() {
        return sum;
    }

    @Override
    public void close() {
        arena.close();
    }
}
