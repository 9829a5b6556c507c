package dmabuf.tck;

import dmabuf.fd.Errno;
import dmabuf.linux.Ioctl;
import dmabuf.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What tells one GPU of i915 from another. Found out by asking the driver and trying on a small object, never from a table of devices.
 *
 * <p>Each is one of a pair: {@code discrete} or {@code integrated}, {@code llc} or {@code no-llc}, {@code meteorlake} (version 12.70 and
 * later, where page attributes have taken the place of SET_CACHING) or {@code no-meteorlake}, and whether there are {@code aperture},
 * {@code pread} and the old {@code mmap}, with {@code no-} before it where not. {@code atom} is what is integrated and neither has LLC nor
 * is a Meteor Lake.
 */
final class I915Traits {

    private static final long GETPARAM = Ioctl.iowr('d', 0x46, 16);
    private static final long GEM_CREATE = Ioctl.iowr('d', 0x5b, 16);
    private static final long GEM_CLOSE = Ioctl.iow('d', 0x09, 8);
    private static final long GEM_PREAD = Ioctl.iow('d', 0x5c, 32);
    private static final long GEM_MMAP = Ioctl.iowr('d', 0x5e, 40);
    private static final long GEM_MMAP_OFFSET = Ioctl.iowr('d', 0x64, 32);
    private static final long GEM_SET_CACHING = Ioctl.iow('d', 0x6f, 8);
    private static final int HAS_LLC = 17;
    private static final int HANDLE = 8;
    private static final int MMAP_FLAGS = 32;
    private static final int UNKNOWN_FLAG = 2;
    private static final int PAGE = 4096;

    private final Syscalls kernel;
    private final int fd;
    private final Arena arena;

    private I915Traits(Syscalls kernel, int fd, Arena arena) {
        this.kernel = kernel;
        this.fd = fd;
        this.arena = arena;
    }

    /** The traits of the device behind an open node. */
    static Set<String> of(Syscalls kernel, int fd) {
        try (Arena arena = Arena.ofConfined()) {
            return new I915Traits(kernel, fd, arena).all();
        }
    }

    private Set<String> all() {
        Set<String> traits = new LinkedHashSet<>();
        int handle = create();
        if (handle == 0) {
            return traits; // Nothing can be said of it, and so no case is asked.
        }
        try {
            int caching = ask(GEM_SET_CACHING, struct(8, handle));
            boolean discrete = is(caching, Errno.ENODEV);
            boolean meteorLake = is(caching, Errno.EOPNOTSUPP);
            boolean llc = hasLlc();
            traits.add(discrete ? "discrete" : "integrated");
            add(traits, "llc", llc);
            add(traits, "meteorlake", meteorLake);
            add(traits, "atom", !discrete && !meteorLake && !llc);
            add(traits, "aperture", ask(GEM_MMAP_OFFSET, struct(32, handle)) == 0);
            add(traits, "pread", ask(GEM_PREAD, struct(32, handle)) == 0);
            MemorySegment unknownFlag = struct(40, handle);
            unknownFlag.set(ValueLayout.JAVA_LONG, MMAP_FLAGS, UNKNOWN_FLAG);
            add(traits, "mmap", is(ask(GEM_MMAP, unknownFlag), Errno.EINVAL));
            return traits;
        } finally {
            ask(GEM_CLOSE, struct(8, handle));
        }
    }

    private static void add(Set<String> traits, String trait, boolean has) {
        traits.add(has ? trait : "no-" + trait);
    }

    private static boolean is(int result, Errno errno) {
        return result == -errno.number();
    }

    private int ask(long request, MemorySegment struct) {
        return Ioctl.restarting(kernel, fd, request, struct);
    }

    private MemorySegment struct(int size, int handle) {
        MemorySegment struct = arena.allocate(size, Long.BYTES);
        struct.set(ValueLayout.JAVA_INT, 0, handle);
        return struct;
    }

    /** A small object; 0 when there is none to be had. */
    private int create() {
        MemorySegment struct = arena.allocate(16, Long.BYTES);
        struct.set(ValueLayout.JAVA_LONG, 0, PAGE);
        return ask(GEM_CREATE, struct) < 0 ? 0 : struct.get(ValueLayout.JAVA_INT, HANDLE);
    }

    private boolean hasLlc() {
        MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
        MemorySegment struct = struct(16, HAS_LLC);
        struct.set(ValueLayout.JAVA_LONG, Long.BYTES, value.address());
        return ask(GETPARAM, struct) == 0 && value.get(ValueLayout.JAVA_INT, 0) != 0;
    }
}
