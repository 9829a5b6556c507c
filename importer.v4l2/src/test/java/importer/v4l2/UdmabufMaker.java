package importer.v4l2;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.api.Caching;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Fd;
import dmabuf.linux.Ioctl;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** An exporter of udmabufs, under any name. */
final class UdmabufMaker implements Exporter {

    static final long UDMABUF_CREATE = 0x40187542L;

    private final Syscalls kernel;

    UdmabufMaker(Syscalls kernel) {
        this.kernel = kernel;
    }

    ExporterProperties properties(String name) {
        return ExporterProperties.builder(name, "/dev/" + name, kernel.kind()).caching(Caching.CACHED).mmap(true).build();
    }

    @Override
    public ExportedBuffer export(ExportRequest request) {
        return ExportedBuffer.builder(create(kernel, request.size()), request.size(), MmapPolicy.mappable(Caching.CACHED)).build();
    }

    static Fd create(Syscalls kernel, long size) {
        try (Fd memfd = Memfd.sealed(kernel, "test", size);
                Fd node = Fd.adopt(SyscallResult.check(kernel.open("/dev/udmabuf", Posix.O_RDWR), "open", "/dev/udmabuf"), kernel);
                Arena arena = Arena.ofConfined()) {
            // struct udmabuf_create { __u32 memfd; __u32 flags; __u64 offset; __u64 size; }
            MemorySegment struct = arena.allocate(24, 8);
            struct.set(JAVA_INT, 0, memfd.number());
            struct.set(JAVA_INT, 4, 1);
            struct.set(JAVA_LONG, 16, size);
            int result = Ioctl.restarting(kernel, node.number(), UDMABUF_CREATE, struct);
            return Fd.adopt(SyscallResult.check(result, "UDMABUF_CREATE", "size " + size), kernel);
        }
    }
}
