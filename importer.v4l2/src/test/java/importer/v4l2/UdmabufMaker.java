package importer.v4l2;

import dmabuf.api.Caching;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Fd;
import dmabuf.linux.Syscalls;
import dmabuf.linux.TestUdmabuf;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;

/** An exporter of udmabufs, under any name. */
final class UdmabufMaker implements Exporter {

    private final Syscalls kernel;

    UdmabufMaker(Syscalls kernel) {
        this.kernel = kernel;
    }

    ExporterProperties properties(String name) {
        return ExporterProperties.builder(name, "/dev/" + name, kernel.kind()).caching(Caching.CACHED).mmap(true).build();
    }

    @Override
    public ExportedBuffer export(ExportRequest request) {
        Fd dmaBuf = TestUdmabuf.create(kernel, request.size());
        return ExportedBuffer.builder(dmaBuf, request.size(), MmapPolicy.mappable(Caching.CACHED)).build();
    }
}
