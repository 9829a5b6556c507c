package dmabuf.itest;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.api.Caching;
import dmabuf.api.ExportRequest;
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

/** The smallest exporter that works: a test's own, on the udmabuf device of a kernel. */
record SimulatedUdmabuf(Syscalls kernel) implements Exporter {

    /** {@code UDMABUF_CREATE} of {@code linux/udmabuf.h}, and the fields of {@code struct udmabuf_create}, filled here. */
    private static final long CREATE = Ioctl.iow('u', 0x42, 24);

    private static final int MEMFD = 0;
    private static final int SIZE = 16;

    @Override
    public ExportedBuffer export(ExportRequest request) {
        try (Fd memfd = Memfd.sealed(kernel, "itest", request.size());
                Fd node = Fd.adopt(SyscallResult.check(kernel.open("/dev/udmabuf", Posix.O_RDWR), "open", "/dev/udmabuf"), kernel);
                Arena arena = Arena.ofConfined()) {
            MemorySegment create = arena.allocate(24, 8);
            create.set(JAVA_INT, MEMFD, memfd.number());
            create.set(JAVA_LONG, SIZE, request.size());
            int made = SyscallResult.check(kernel.ioctl(node.number(), CREATE, create), "UDMABUF_CREATE", memfd.toString());
            return ExportedBuffer.builder(Fd.adopt(made, kernel), request.size(), MmapPolicy.mappable(Caching.CACHED)).build();
        }
    }
}
