package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import dmabuf.linux.UserMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/** GETPARAM: {@code i915_getparam.c} of Linux 6.12, on a device without engines. */
final class I915Params {

    /** What there is on every device: GEM, EXECBUF2 and the ways of calling it, waits with a limit, and MMAP version 1. */
    private static final Set<Integer> ALWAYS =
            Set.of(5, 8, 9, 12, 13, 15, 16, 19, 21, 24, 25, 26, 29, 30, 37, 43, 44, 45, 48, 49, 53, 55, 56);
    /** What is counted of engines, their schedulers, overlays and modes, of which there are none. */
    private static final Set<Integer> NONE_HERE = Set.of(7, 10, 11, 20, 22, 23, 27, 28, 31, 32, 35, 36, 38, 39, 41, 50, 52, 59);
    /** Of the days before kernel mode setting, and what there is none of on a device without execution units. */
    private static final Set<Integer> REFUSED = Set.of(1, 2, 3, 14, 33, 34, 42, 58);

    private static final int CHIPSET_ID = 4;
    private static final int NUM_FENCES_AVAIL = 6;
    private static final int HAS_LLC = 17;
    private static final int HAS_ALIASING_PPGTT = 18;
    private static final int MMAP_GTT_VERSION = 40;
    private static final int SLICE_MASK = 46;
    private static final int SUBSLICE_MASK = 47;
    private static final int CS_TIMESTAMP_FREQUENCY = 51;
    private static final int PERF_REVISION = 54;
    private static final int OA_TIMESTAMP_FREQUENCY = 57;

    /** GTT mappings of every object, MMAP_OFFSET, and no binding on the way. */
    private static final int GTT_VERSION = 5;
    private static final int FULL_PPGTT = 2;
    private static final int PERF_VERSION = 7;
    private static final int TIMESTAMP_HERTZ = 19_200_000;
    private static final int FIRST_WITHOUT_SLICES = 1250;

    private final I915Device device;

    I915Params(I915Device device) {
        this.device = device;
    }

    /** Writes an int to where the caller says. An unknown parameter is found before a bad pointer. */
    int get(MemorySegment struct) {
        int value = value(struct.get(JAVA_INT, I915Uapi.PARAM));
        try (Arena arena = Arena.ofConfined()) {
            return UserMemory.copyTo(struct.get(JAVA_LONG, I915Uapi.PARAM_VALUE), arena.allocateFrom(JAVA_INT, value));
        }
    }

    private int value(int param) {
        if (ALWAYS.contains(param)) {
            return 1;
        }
        if (NONE_HERE.contains(param)) {
            return 0;
        }
        if (REFUSED.contains(param)) {
            throw new KernelError(Errno.ENODEV);
        }
        return switch (param) {
            case CHIPSET_ID -> device.chipset();
            case NUM_FENCES_AVAIL -> device.fences();
            case HAS_LLC -> device.hasLlc() ? 1 : 0;
            case HAS_ALIASING_PPGTT -> FULL_PPGTT;
            case MMAP_GTT_VERSION -> GTT_VERSION;
            case SLICE_MASK, SUBSLICE_MASK ->
                throw new KernelError(device.version() >= FIRST_WITHOUT_SLICES ? Errno.EINVAL : Errno.ENODEV);
            case CS_TIMESTAMP_FREQUENCY, OA_TIMESTAMP_FREQUENCY -> TIMESTAMP_HERTZ;
            case PERF_REVISION -> PERF_VERSION;
            default -> throw new KernelError(Errno.EINVAL);
        };
    }
}
