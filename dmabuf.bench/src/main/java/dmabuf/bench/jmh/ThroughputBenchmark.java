package dmabuf.bench.jmh;

import dmabuf.bench.MemoryBench;
import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.Mapping;
import dmabuf.api.MmapRequest;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A buffer made, mapped, written, unmapped and closed, on as many threads as JMH has. */
@State(Scope.Benchmark)
public class ThroughputBenchmark {

    /** How large a buffer is. */
    public static final long BYTES = 256 << 10;

    private MemoryBench bench;

    /** Starts a core that all threads use. */
    @Setup
    public void open() {
        bench = MemoryBench.real();
    }

    /** Stops it. */
    @TearDown
    public void close() {
        bench.close();
    }

    /** Ours. */
    @Benchmark
    public void frame() {
        try (DmaBuf buffer = bench.buffer(BYTES);
                Mapping mapping = buffer.mmap(MmapRequest.whole().confined());
                CpuAccess access = mapping.cpuAccess(Access.WRITE)) {
            access.segment().fill((byte) 1);
        }
    }
}
