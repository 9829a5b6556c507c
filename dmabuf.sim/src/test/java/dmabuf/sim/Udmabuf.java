package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Posix;
import dmabuf.linux.SharedExtents.Extent;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** A C program's way of making udmabufs, written down from linux/udmabuf.h, with none of the simulation's own code. */
final class Udmabuf implements AutoCloseable {

    static final long CREATE = 0x40187542L;
    static final long CREATE_LIST = 0x40087543L;
    static final int CLOEXEC = 1;

    final Syscalls kernel;
    final Fd device;

    Udmabuf(Syscalls kernel) {
        this.kernel = kernel;
        this.device = Fd.adopt(SyscallResult.check(kernel.open("/dev/udmabuf", Posix.O_RDWR), "open", "/dev/udmabuf"), kernel);
    }

    /** The answer of UDMABUF_CREATE: a descriptor, or a negated errno. */
    int create(int memfd, int flags, long offset, long size) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(24, 8);
            struct.set(ValueLayout.JAVA_INT, 0, memfd);
            struct.set(ValueLayout.JAVA_INT, 4, flags);
            struct.set(ValueLayout.JAVA_LONG, 8, offset);
            struct.set(ValueLayout.JAVA_LONG, 16, size);
            return kernel.ioctl(device.number(), CREATE, struct);
        }
    }

    /** The answer of UDMABUF_CREATE_LIST. */
    int createList(int flags, List<Extent> items) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(8 + 24L * items.size(), 8);
            struct.set(ValueLayout.JAVA_INT, 0, flags);
            struct.set(ValueLayout.JAVA_INT, 4, items.size());
            for (int i = 0; i < items.size(); i++) {
                struct.set(ValueLayout.JAVA_INT, 8 + 24L * i, items.get(i).memfd());
                struct.set(ValueLayout.JAVA_LONG, 16 + 24L * i, items.get(i).offset());
                struct.set(ValueLayout.JAVA_LONG, 24 + 24L * i, items.get(i).length());
            }
            return kernel.ioctl(device.number(), CREATE_LIST, struct);
        }
    }

    /** A buffer, which the test closes. */
    Fd buffer(int memfd, long offset, long size) {
        return Fd.adopt(SyscallResult.check(create(memfd, CLOEXEC, offset, size), "UDMABUF_CREATE", "memfd " + memfd), kernel);
    }

    /** A buffer of pieces, which the test closes. */
    Fd buffer(List<Extent> items) {
        return Fd.adopt(SyscallResult.check(createList(CLOEXEC, items), "UDMABUF_CREATE_LIST", items.toString()), kernel);
    }

    /** The name of a call's errno, or what it answered when it succeeded. */
    static String answer(long result) {
        return SyscallResult.isError(result) ? Errno.ofResult(result).name() : "ok";
    }

    @Override
    public void close() {
        device.close();
    }
}
