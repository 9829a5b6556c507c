package dmabuf.bench.jmh;

import dmabuf.bench.MemoryBench;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.Mapping;
import iosys.IosysMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Values read one after the other, then written one after the other, in a buffer that fits into the first cache. */
@State(Scope.Thread)
public class AccessBenchmark {

    /** How many values are read, and written, by one call. */
    public static final int VALUES = 4096;

    private static final long BYTES = 4096L * Long.BYTES;

    private MemoryBench bench;
    private DmaBuf buffer;
    private Mapping mapping;
    private CpuAccess access;
    private IosysMap map;
    private Arena arena;
    private MemorySegment plain;

    /** Opens a buffer, begins an access, and takes as much plain memory. */
    @Setup
    public void open() {
        bench = MemoryBench.real();
        buffer = bench.buffer(BYTES);
        mapping = buffer.mmap();
        access = mapping.cpuAccess(Access.READ_WRITE);
        arena = Arena.ofShared();
        plain = arena.allocate(BYTES, 4096);
        map = IosysMap.of(plain);
    }

    /** Closes all of it. */
    @TearDown
    public void close() {
        access.close();
        mapping.close();
        buffer.close();
        arena.close();
        bench.close();
    }

    /** Ours: the segment of a CPU access. */
    @Benchmark
    public long mapping() {
        MemorySegment segment = access.segment();
        long sum = 0;
        for (long i = 0; i < VALUES; i++) {
            sum += segment.getAtIndex(JAVA_LONG, i);
        }
        for (long i = 0; i < VALUES; i++) {
            segment.setAtIndex(JAVA_LONG, i, sum + i);
        }
        return sum;
    }

    /** The baseline of it. */
    @Benchmark
    public long plain() {
        MemorySegment segment = plain;
        long sum = 0;
        for (long i = 0; i < VALUES; i++) {
            sum += segment.getAtIndex(JAVA_LONG, i);
        }
        for (long i = 0; i < VALUES; i++) {
            segment.setAtIndex(JAVA_LONG, i, sum + i);
        }
        return sum;
    }

    /** Ours: memory that may be of either kind, and is system memory. */
    @Benchmark
    public long iosys() {
        IosysMap here = map;
        long sum = 0;
        for (long i = 0; i < VALUES; i++) {
            sum += here.readLong(i * Long.BYTES);
        }
        for (long i = 0; i < VALUES; i++) {
            here.writeLong(i * Long.BYTES, sum + i);
        }
        return sum;
    }

    /** The baseline of it: bytes and not indices, as an iosys map counts. */
    @Benchmark
    public long plainByOffset() {
        MemorySegment segment = plain;
        long sum = 0;
        for (long i = 0; i < VALUES; i++) {
            sum += segment.get(JAVA_LONG_UNALIGNED, i * Long.BYTES);
        }
        for (long i = 0; i < VALUES; i++) {
            segment.set(JAVA_LONG_UNALIGNED, i * Long.BYTES, sum + i);
        }
        return sum;
    }
}
