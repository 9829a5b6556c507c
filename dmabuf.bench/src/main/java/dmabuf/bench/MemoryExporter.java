package dmabuf.bench;

import dmabuf.api.Caching;
import dmabuf.api.ExporterProperties;
import dmabuf.linux.Syscalls;
import dmabuf.spi.Exporter;
import exporter.udmabuf.MeasuredExporter;

/** The exporter of udmabufs as its component makes it, and what it says of itself. */
public final class MemoryExporter {

    private MemoryExporter() {}

    /** The exporter on a kernel. */
    public static Exporter on(Syscalls kernel) {
        return MeasuredExporter.on(kernel);
    }

    /** What it says of itself, under a name. */
    public static ExporterProperties properties(Syscalls kernel, String name) {
        return ExporterProperties.builder(name, "/dev/udmabuf", kernel.kind()).caching(Caching.CACHED).mmap(true).wrap(true).build();
    }
}
