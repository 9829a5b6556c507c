package dmabuf.core;

import dmabuf.api.Caching;
import dmabuf.api.Direction;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.MmapPolicy;
import dmabuf.api.ScatterList;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Syscalls;
import dmabuf.spi.AttachedImporter;
import dmabuf.spi.BufferControl;
import dmabuf.spi.BufferOps;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import java.util.function.Function;

/** An exporter whose class is loaded a second time by a loader of its own, with everything in it that could keep that loader. */
public final class LeavingExporter implements Exporter {

    private final Syscalls kernel;
    private final Function<Long, Fd> create;
    private final Runnable released;

    public LeavingExporter(Syscalls kernel, Function<Long, Fd> create, Runnable released) {
        this.kernel = kernel;
        this.create = create;
        this.released = released;
    }

    /** A part in what is done with the buffer: a class of the exporter's that the core has to keep. */
    private final class Part implements BufferOps {

        @Override
        public ScatterList map(AttachedImporter importer, Direction direction) {
            return ScatterList.contiguous(0, importer.buffer().size());
        }

        @Override
        public void unmap(AttachedImporter importer, ScatterList list, Direction direction) {
            throw new Broken();
        }

        @Override
        public void release(BufferControl buffer) {
            released.run();
            throw new Broken();
        }
    }

    /** Not an exception of the contract. */
    public static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** An exception of the contract, but of a class of the exporter's. */
    public static final class OutOfMemory extends DmaBufException {
        private static final long serialVersionUID = 1L;

        OutOfMemory() {
            super(Errno.ENOMEM, "allocate", "device");
        }
    }

    @Override
    public ExportedBuffer export(ExportRequest request) {
        return switch (request.name()) {
            case "broken" -> throw new Broken();
            case "full" -> throw new OutOfMemory();
            case "bound" -> ExportedBuffer.builder(
                            create.apply(request.size()), request.size(), MmapPolicy.mappable(Caching.CACHED))
                    .ops(new Part())
                    .build();
            default -> ExportedBuffer.builder(create.apply(request.size()), request.size(), MmapPolicy.mappable(Caching.CACHED))
                    .build();
        };
    }

    @Override
    public String toString() {
        return "on " + kernel.kind();
    }
}
