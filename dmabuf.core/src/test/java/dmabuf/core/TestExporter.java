package dmabuf.core;

import dmabuf.api.Caching;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Fd;
import dmabuf.fd.KernelKind;
import dmabuf.linux.Syscalls;
import dmabuf.linux.TestUdmabuf;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import java.util.concurrent.atomic.AtomicInteger;

/** The smallest exporter: a udmabuf of one new memfd for every request, on whatever kernel it is given. */
final class TestExporter implements Exporter {

    final AtomicInteger calls = new AtomicInteger();
    private final Syscalls kernel;

    TestExporter(Syscalls kernel) {
        this.kernel = kernel;
    }

    static ExporterProperties properties(String name) {
        return properties(name, KernelKind.LINUX);
    }

    static ExporterProperties properties(String name, KernelKind kind) {
        return ExporterProperties.builder(name, "/dev/" + name, kind).caching(Caching.CACHED).mmap(true).wrap(true).build();
    }

    @Override
    public ExportedBuffer export(ExportRequest request) {
        calls.incrementAndGet();
        Fd dmaBuf = TestUdmabuf.create(kernel, request.size());
        return ExportedBuffer.builder(dmaBuf, request.size(), MmapPolicy.mappable(Caching.CACHED)).build();
    }
}
