package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Fd;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A C program's way of using a DRM node, written down from drm.h, drm_mode.h and vgem_drm.h, with none of the simulation's own code. */
final class Drm implements AutoCloseable {

    static final long VERSION = 0xc0406400L;
    static final long GEM_CLOSE = 0x40086409L;
    static final long GET_CAP = 0xc010640cL;
    static final long HANDLE_TO_FD = 0xc00c642dL;
    static final long FD_TO_HANDLE = 0xc00c642eL;
    static final long CREATE_DUMB = 0xc02064b2L;
    static final long MAP_DUMB = 0xc01064b3L;
    static final long DESTROY_DUMB = 0xc00464b4L;
    static final long FENCE_ATTACH = 0xc0106441L;
    static final long FENCE_SIGNAL = 0x40086442L;
    static final int CLOEXEC = 0x80000;
    static final int RDWR = 2;

    /** What CREATE_DUMB hands out. */
    record Dumb(int handle, int pitch, long size) {}

    final Syscalls kernel;
    final Fd node;

    Drm(Syscalls kernel, String path) {
        this(kernel, path, Posix.O_RDWR);
    }

    Drm(Syscalls kernel, String path, int flags) {
        this.kernel = kernel;
        this.node = Fd.adopt(SyscallResult.check(kernel.open(path, flags), "open", path), kernel);
    }

    int ioctl(long request, MemorySegment struct) {
        return kernel.ioctl(node.number(), request, struct);
    }

    /** The answer of CREATE_DUMB, which fills the struct. */
    int createDumb(MemorySegment struct, int width, int height, int bitsPerPixel) {
        struct.set(JAVA_INT, 0, height);
        struct.set(JAVA_INT, 4, width);
        struct.set(JAVA_INT, 8, bitsPerPixel);
        return ioctl(CREATE_DUMB, struct);
    }

    /** A dumb buffer of some pages. */
    Dumb dumb(int pages) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(32, 8);
            SyscallResult.check(createDumb(struct, 1024, pages, 32), "CREATE_DUMB", node.toString());
            return new Dumb(struct.get(JAVA_INT, 16), struct.get(JAVA_INT, 20), struct.get(JAVA_LONG, 24));
        }
    }

    /** The answer of MAP_DUMB: an offset, or a negated errno. */
    long mapDumb(int handle) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(16, 8);
            struct.set(JAVA_INT, 0, handle);
            int result = ioctl(MAP_DUMB, struct);
            return result < 0 ? result : struct.get(JAVA_LONG, 8);
        }
    }

    /** The answer of PRIME_HANDLE_TO_FD: a descriptor, or a negated errno. */
    int toFd(int handle, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(12, 4);
            struct.set(JAVA_INT, 0, handle);
            struct.set(JAVA_INT, 4, flags);
            struct.set(JAVA_INT, 8, -1);
            int result = ioctl(HANDLE_TO_FD, struct);
            return result < 0 ? result : struct.get(JAVA_INT, 8);
        }
    }

    /** A dma-buf that may be written, which the test closes. */
    Fd export(int handle) {
        return Fd.adopt(SyscallResult.check(toFd(handle, CLOEXEC | RDWR), "PRIME_HANDLE_TO_FD", "handle " + handle), kernel);
    }

    /** The answer of PRIME_FD_TO_HANDLE: a handle, or a negated errno. */
    int toHandle(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(12, 4);
            struct.set(JAVA_INT, 8, fd);
            int result = ioctl(FD_TO_HANDLE, struct);
            return result < 0 ? result : struct.get(JAVA_INT, 0);
        }
    }

    /** The answer of GEM_CLOSE. */
    int closeHandle(int handle) {
        return withHandle(GEM_CLOSE, handle);
    }

    /** The answer of MODE_DESTROY_DUMB. */
    int destroyDumb(int handle) {
        return withHandle(DESTROY_DUMB, handle);
    }

    private int withHandle(long request, int handle) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(8, 4);
            struct.set(JAVA_INT, 0, handle);
            return ioctl(request, struct);
        }
    }

    /** The answer of VGEM_FENCE_ATTACH: the fence, or a negated errno. */
    int attach(int handle, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(16, 4);
            struct.set(JAVA_INT, 0, handle);
            struct.set(JAVA_INT, 4, flags);
            int result = ioctl(FENCE_ATTACH, struct);
            return result < 0 ? result : struct.get(JAVA_INT, 8);
        }
    }

    /** The answer of VGEM_FENCE_SIGNAL. */
    int signal(int fence) {
        return withHandle(FENCE_SIGNAL, fence);
    }

    @Override
    public void close() {
        node.close();
    }
}
