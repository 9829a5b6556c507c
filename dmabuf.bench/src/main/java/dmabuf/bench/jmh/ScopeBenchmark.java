package dmabuf.bench.jmh;

import dmabuf.bench.MemoryBench;
import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.Mapping;
import dmabuf.bench.BenchKernel;
import dmabuf.bench.StandInKernel;
import dmabuf.fd.Fd;
import dmabuf.linux.DmaBufIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A CPU access, begun and ended, and the two requests that are in it. */
@State(Scope.Thread)
public class ScopeBenchmark {

    /** {@code real} or {@code simulated}. */
    @Param("real")
    public String kernel;

    private MemoryBench bench;
    private DmaBuf buffer;
    private Mapping mapping;
    private MemorySegment begin;
    private MemorySegment end;
    private long request;
    private Fd handedOut;
    private int fd;

    /** Opens a buffer of a page. */
    @Setup
    public void open() {
        bench = MemoryBench.on(kernel);
        buffer = bench.buffer(4096);
        mapping = buffer.mmap();
        handedOut = buffer.fd();
        fd = handedOut.number();
        boolean real = BenchKernel.isReal();
        request = real ? DmaBufIoctl.SYNC : StandInKernel.FIOCLEX;
        begin = real ? Arena.global().allocateFrom(ValueLayout.JAVA_LONG, DmaBufIoctl.SYNC_RW) : MemorySegment.NULL;
        end = real
                ? Arena.global().allocateFrom(ValueLayout.JAVA_LONG, DmaBufIoctl.SYNC_RW | DmaBufIoctl.SYNC_END) : MemorySegment.NULL;
    }

    /** Closes it. */
    @TearDown
    public void close() {
        handedOut.close();
        mapping.close();
        buffer.close();
        bench.close();
    }

    /** Ours. */
    @Benchmark
    public long scope() {
        try (CpuAccess access = mapping.cpuAccess(Access.READ_WRITE)) {
            return access.segment().byteSize();
        }
    }

    /** Two downcalls, and errno not even looked at. */
    @Benchmark
    public int bare() {
        return Native.ioctl(fd, request, begin) + Native.ioctl(fd, request, end);
    }
}
