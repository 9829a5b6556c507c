package dmabuf.bench;

import dmabuf.api.Caching;
import dmabuf.api.ExporterProperties;
import dmabuf.linux.Syscalls;

/** What a measured exporter says of itself, under any name. */
public final class MeasuredProperties {

    private MeasuredProperties() {}

    /** The properties of an exporter of ordinary memory. */
    public static ExporterProperties of(Syscalls kernel, String name) {
        return ExporterProperties.builder(name, "/dev/udmabuf", kernel.kind()).caching(Caching.CACHED).mmap(true).wrap(true).build();
    }
}
