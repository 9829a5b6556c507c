package dmabuf.bench.jmh;

import dmabuf.bench.MemoryBench;
import dmabuf.bench.StandInKernel;
import dmabuf.api.DmaBuf;
import dmabuf.fd.Fd;
import dmabuf.linux.Ioctl;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A buffer made and closed. */
@State(Scope.Thread)
public class ExportBenchmark {

    /** {@code real} or {@code simulated}. */
    @Param("real")
    public String kernel;

    /** Its size. */
    @Param("4194304")
    public long size;

    private MemoryBench bench;

    /** Starts a core. */
    @Setup
    public void open() {
        bench = MemoryBench.on(kernel);
    }

    /** Stops it. */
    @TearDown
    public void close() {
        bench.close();
    }

    /** Ours. */
    @Benchmark
    public long export() {
        try (DmaBuf buffer = bench.buffer(size)) {
            return buffer.size();
        }
    }

    /** The system calls that are in it, and nothing else. */
    @Benchmark
    public int bare() {
        try (Fd memfd = Memfd.sealed(bench.kernel(), "bench", size);
                Fd node = Fd.adopt(SyscallResult.check(bench.kernel().open("/dev/udmabuf", Posix.O_RDWR), "open", "udmabuf"), bench.kernel());
                Arena arena = Arena.ofConfined()) {
            MemorySegment create = arena.allocate(24, 8);
            create.set(ValueLayout.JAVA_INT, 0, memfd.number());
            create.set(ValueLayout.JAVA_INT, 4, 1);
            create.set(ValueLayout.JAVA_LONG, 16, size);
            int made = SyscallResult.check(
                    Ioctl.restarting(bench.kernel(), node.number(), StandInKernel.UDMABUF_CREATE, create), "UDMABUF_CREATE", "bench");
            try (Fd buffer = Fd.adopt(made, bench.kernel())) {
                return buffer.number();
            }
        }
    }
}
