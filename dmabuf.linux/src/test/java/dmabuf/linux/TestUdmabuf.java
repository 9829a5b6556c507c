package dmabuf.linux;

import dmabuf.fd.Fd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Dma-bufs for tests that need just any, on whatever kernel has {@code /dev/udmabuf}. */
public final class TestUdmabuf {

    private static final String NODE = "/dev/udmabuf";
    private static final long CREATE = 0x40187542L;
    private static final int CLOEXEC = 1;

    private TestUdmabuf() {}

    /** A dma-buf of new memory. */
    public static Fd create(Syscalls kernel, long size) {
        try (Fd memfd = Memfd.sealed(kernel, "test", size)) {
            return of(kernel, memfd, size);
        }
    }

    /** A dma-buf of the beginning of a sealed memfd, which stays the caller's. */
    public static Fd of(Syscalls kernel, Fd memfd, long size) {
        try (Fd node = Fd.adopt(SyscallResult.check(kernel.open(NODE, Posix.O_RDWR), "open", NODE), kernel);
                Arena arena = Arena.ofConfined()) {
            // struct udmabuf_create { __u32 memfd; __u32 flags; __u64 offset; __u64 size; }
            MemorySegment struct = arena.allocate(24, 8);
            struct.set(ValueLayout.JAVA_INT, 0, memfd.number());
            struct.set(ValueLayout.JAVA_INT, 4, CLOEXEC);
            struct.set(ValueLayout.JAVA_LONG, 16, size);
            int result = Ioctl.restarting(kernel, node.number(), CREATE, struct);
            return Fd.adopt(SyscallResult.check(result, "UDMABUF_CREATE", "size " + size), kernel);
        }
    }
}
