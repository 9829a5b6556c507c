package dmabuf.bench.jmh;

import dmabuf.bench.MemoryBench;
import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.Mapping;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A large buffer, copied out of its mapping. */
@State(Scope.Thread)
public class CopyBenchmark {

    /** How much: more than any cache holds. */
    public static final long BYTES = 64L << 20;

    private MemoryBench bench;
    private DmaBuf buffer;
    private Mapping mapping;
    private Arena arena;
    private MemorySegment target;

    /** Opens the buffer, and touches every page on both sides. */
    @Setup
    public void open() {
        bench = MemoryBench.real();
        buffer = bench.buffer(BYTES);
        mapping = buffer.mmap();
        arena = Arena.ofConfined();
        target = arena.allocate(BYTES, 4096).fill((byte) 2);
        try (CpuAccess access = mapping.cpuAccess(Access.WRITE)) {
            access.segment().fill((byte) 1);
        }
    }

    /** Closes it. */
    @TearDown
    public void close() {
        mapping.close();
        buffer.close();
        arena.close();
        bench.close();
    }

    /** Ours, the CPU access included. */
    @Benchmark
    public void copy() {
        try (CpuAccess access = mapping.cpuAccess(Access.READ)) {
            target.copyFrom(access.segment());
        }
    }
}
