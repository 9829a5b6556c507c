package dmabuf.tck.exporter.wrong;

import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Lifetime;
import dmabuf.fd.Fd;
import dmabuf.spi.BufferControl;
import dmabuf.spi.BufferOps;
import dmabuf.spi.ExportedBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** An exporter without a flaw that has a part in its buffers: it counts them. */
public class RightExporterWithOps extends RightExporter implements BufferOps {

    private final AtomicInteger buffers = new AtomicInteger();

    @Override
    protected ExporterProperties.Builder describe(ExporterProperties.Builder properties) {
        return properties.lifetime(Lifetime.EXPORTER_BOUND);
    }

    @Override
    protected ExportedBuffer.Builder finish(ExportedBuffer.Builder buffer, ExportRequest request, Fd memfd) {
        return buffer.ops(this);
    }

    @Override
    public void exported(BufferControl buffer) {
        buffers.incrementAndGet();
    }

    @Override
    public void release(BufferControl buffer) {
        if (buffers.decrementAndGet() < 0) {
            throw new IllegalStateException("released more often than exported");
        }
    }
}
