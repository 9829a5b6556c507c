package dmabuf.bench;

import dmabuf.api.BufferSource;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.core.CoreDmaBufs;
import dmabuf.core.ExporterRegistration;
import dmabuf.linux.Syscalls;
import dmabuf.sim.SimulatedKernel;
import exporter.udmabuf.MeasuredExporter;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A core with one exporter of memory, as they are in a container. */
public final class MemoryBench implements AutoCloseable {

    /** Held, since a logger that nobody holds forgets its level: what exporters come and go is no part of a table. */
    private static final Logger LOG = Logger.getLogger("dmabuf");

    static {
        LOG.setLevel(Level.WARNING);
    }

    private final Syscalls kernel;
    private final CoreDmaBufs core = new CoreDmaBufs();
    private final ExporterRegistration registration;
    private final BufferSource source;

    private MemoryBench(Syscalls kernel) {
        this.kernel = kernel;
        registration = core.add(MeasuredExporter.on(kernel), MeasuredProperties.of(kernel, "udmabuf"), 0);
        source = registration.source();
    }

    /** On the kernel of the machine, or what stands in for it. */
    public static MemoryBench real() {
        return new MemoryBench(BenchKernel.choose());
    }

    /** On the simulated kernel. */
    public static MemoryBench simulated() {
        return new MemoryBench(new SimulatedKernel());
    }

    /** Either, by the word {@code real} or {@code simulated}. */
    public static MemoryBench on(String kernel) {
        return kernel.equals("real") ? real() : simulated();
    }

    /** The system calls in use. */
    public Syscalls kernel() {
        return kernel;
    }

    /** The core. */
    public CoreDmaBufs core() {
        return core;
    }

    /** The exporter, as importers see it. */
    public BufferSource source() {
        return source;
    }

    /** A new buffer. */
    public DmaBuf buffer(long size) {
        return source.export(ExportRequest.ofSize(size));
    }

    /** Sees the exporter off. */
    public void stopExporter() {
        registration.close();
    }

    @Override
    public void close() {
        core.close();
        if (kernel instanceof SimulatedKernel simulated) {
            simulated.close();
        }
    }
}
