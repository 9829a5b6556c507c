package dmabuf.bench.jmh;

import dmabuf.bench.MemoryBench;
import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.Mapping;
import dmabuf.api.MmapRequest;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A buffer mapped, one byte of it written, and unmapped. */
@State(Scope.Thread)
public class MapBenchmark {

    /** How much is mapped. */
    public static final long BYTES = 4L << 20;

    private MemoryBench bench;
    private DmaBuf buffer;

    /** Opens the buffer. */
    @Setup
    public void open() {
        bench = MemoryBench.real();
        buffer = bench.buffer(BYTES);
    }

    /** Closes it. */
    @TearDown
    public void close() {
        buffer.close();
        bench.close();
    }

    /** A mapping that only its own thread uses. */
    @Benchmark
    public void confined() {
        touch(MmapRequest.whole().confined());
    }

    /** A mapping that every thread may use. */
    @Benchmark
    public void shared() {
        touch(MmapRequest.whole());
    }

    /** What no shared mapping can do without in Java. */
    @Benchmark
    public void sharedArena() {
        Arena.ofShared().close();
    }

    private void touch(MmapRequest request) {
        try (Mapping mapping = buffer.mmap(request);
                CpuAccess access = mapping.cpuAccess(Access.WRITE)) {
            access.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        }
    }
}
