package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dmabuf.fd.Fd;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A C program's way of using i915, written down from i915_drm.h, with none of the simulation's own code. */
final class I915 implements AutoCloseable {

    static final long GETPARAM = 0xc0106446L;
    static final long CREATE = 0xc010645bL;
    static final long CREATE_EXT = 0xc018647cL;
    static final long PREAD = 0x4020645cL;
    static final long PWRITE = 0x4020645dL;
    static final long MMAP = 0xc028645eL;
    static final long MMAP_GTT = 0xc0106464L;
    static final long MMAP_OFFSET = 0xc0206464L;
    static final long SET_DOMAIN = 0x400c645fL;
    static final long SW_FINISH = 0x40046460L;
    static final long SET_CACHING = 0x4008646fL;
    static final long GET_CACHING = 0xc0086470L;
    static final long BUSY = 0xc0086457L;
    static final long WAIT = 0xc010646cL;
    static final long SET_TILING = 0xc0106461L;
    static final long GET_TILING = 0xc0106462L;
    static final long QUERY = 0xc0106479L;

    static final int GTT = 0;
    static final int WC = 1;
    static final int WB = 2;
    static final int UC = 3;
    static final int FIXED = 4;

    final Syscalls kernel;
    final Drm drm;

    I915(Syscalls kernel, String path) {
        this.kernel = kernel;
        this.drm = new Drm(kernel, path);
    }

    Fd node() {
        return drm.node;
    }

    int ioctl(long request, MemorySegment struct) {
        return drm.ioctl(request, struct);
    }

    /** A request whose struct is words of 32 bits. What the kernel fills in is found in the array again. */
    int words(long request, int... struct) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(4L * struct.length, 8);
            copy.copyFrom(MemorySegment.ofArray(struct));
            int result = ioctl(request, copy);
            MemorySegment.ofArray(struct).copyFrom(copy);
            return result;
        }
    }

    /** The answer of GEM_CREATE: a handle, or a negated errno. */
    int create(long size) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(16, 8);
            struct.set(JAVA_LONG, 0, size);
            int result = ioctl(CREATE, struct);
            return result < 0 ? result : struct.get(JAVA_INT, 8);
        }
    }

    /** The answer of GEM_CREATE_EXT with a list of memory classes: a handle, or a negated errno. */
    int createIn(long size, int flags, int... classes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment list = arena.allocate(4L * classes.length + 4, 4);
            for (int i = 0; i < classes.length; i++) {
                list.set(JAVA_SHORT, 4L * i, (short) classes[i]);
            }
            MemorySegment extension = arena.allocate(48, 8);
            extension.set(JAVA_INT, 36, classes.length);
            extension.set(JAVA_LONG, 40, list.address());
            return createExtended(size, flags, extension);
        }
    }

    /** The answer of GEM_CREATE_EXT: a handle, or a negated errno. */
    int createExtended(long size, int flags, MemorySegment extensions) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(24, 8);
            struct.set(JAVA_LONG, 0, size);
            struct.set(JAVA_INT, 12, flags);
            struct.set(JAVA_LONG, 16, extensions.address());
            int result = ioctl(CREATE_EXT, struct);
            return result < 0 ? result : struct.get(JAVA_INT, 8);
        }
    }

    /** The answer of GEM_MMAP_OFFSET: an offset, or a negated errno. */
    long offset(int handle, long mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(32, 8);
            struct.set(JAVA_INT, 0, handle);
            struct.set(JAVA_LONG, 16, mode);
            int result = ioctl(MMAP_OFFSET, struct);
            return result < 0 ? result : struct.get(JAVA_LONG, 8);
        }
    }

    int setCaching(int handle, int caching) {
        return words(SET_CACHING, handle, caching);
    }

    /** The answer of GET_CACHING: a caching, or a negated errno. */
    int getCaching(int handle) {
        int[] struct = {handle, 77};
        int result = words(GET_CACHING, struct);
        return result < 0 ? result : struct[1];
    }

    int setDomain(int handle, int read, int write) {
        return words(SET_DOMAIN, handle, read, write);
    }

    /** The answer of GETPARAM: a value, or a negated errno. */
    int param(int number) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(4, 4);
            MemorySegment struct = arena.allocate(16, 8);
            struct.set(JAVA_INT, 0, number);
            struct.set(JAVA_LONG, 8, value.address());
            int result = ioctl(GETPARAM, struct);
            return result < 0 ? result : value.get(JAVA_INT, 0);
        }
    }

    /** The answer of PREAD or PWRITE. */
    int transfer(long request, int handle, long offset, MemorySegment bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(32, 8);
            struct.set(JAVA_INT, 0, handle);
            struct.set(JAVA_LONG, 8, offset);
            struct.set(JAVA_LONG, 16, bytes.byteSize());
            struct.set(JAVA_LONG, 24, bytes.address());
            return ioctl(request, struct);
        }
    }

    /** A new object, exported; the test closes it. */
    Fd buffer(long size) {
        int handle = SyscallResult.check(create(size), "GEM_CREATE", node().toString());
        Fd buffer = drm.export(handle);
        SyscallResult.check(drm.closeHandle(handle), "GEM_CLOSE", "handle " + handle);
        return buffer;
    }

    @Override
    public void close() {
        drm.close();
    }
}
