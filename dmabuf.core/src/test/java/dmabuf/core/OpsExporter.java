package dmabuf.core;

import dmabuf.api.Caching;
import dmabuf.api.ExportRequest;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Fd;
import dmabuf.linux.Syscalls;
import dmabuf.linux.TestUdmabuf;
import dmabuf.spi.BufferOps;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;

/** Makes udmabufs in which it has a part. */
record OpsExporter(Syscalls kernel, BufferOps ops, MmapPolicy policy) implements Exporter {

    OpsExporter(Syscalls kernel, BufferOps ops) {
        this(kernel, ops, MmapPolicy.mappable(Caching.CACHED));
    }

    @Override
    public ExportedBuffer export(ExportRequest request) {
        Fd fd = TestUdmabuf.create(kernel, request.size());
        boolean built = false;
        try {
            ExportedBuffer made = ExportedBuffer.builder(fd, request.size(), policy).ops(ops).build();
            built = true;
            return made;
        } finally {
            if (!built) {
                fd.close();
            }
        }
    }
}
