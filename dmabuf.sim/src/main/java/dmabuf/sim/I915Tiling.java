package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.fd.Errno;
import java.lang.foreign.MemorySegment;

/** SET_TILING and GET_TILING: {@code i915_gem_tiling.c} of Linux 6.12, on devices that never swizzle. Memory is not tiled for it. */
final class I915Tiling {

    private static final int NO_SWIZZLE = 0;
    private static final int UNIT = 128;
    /** {@code GEN7_FENCE_MAX_PITCH_VAL}, in such units. */
    private static final int WIDEST = 0x800;
    private static final int TILE_WIDTH_X = 512;
    private static final int TILE_WIDTH_Y = 128;

    private final I915Client client;

    I915Tiling(I915Client client) {
        this.client = client;
    }

    int set(MemorySegment struct) {
        checkFences();
        return client.withObject(struct, object -> {
            int mode = struct.get(JAVA_INT, I915Uapi.TILING_MODE);
            int stride = mode == I915Uapi.TILING_NONE ? 0 : struct.get(JAVA_INT, I915Uapi.SET_TILING_STRIDE);
            if (mode != I915Uapi.TILING_NONE && !isPossible(mode, stride)) {
                throw new KernelError(Errno.EINVAL);
            }
            synchronized (client.gpu().lock()) {
                I915Object.of(object).setTiling(mode, stride);
            }
            struct.set(JAVA_INT, I915Uapi.SET_TILING_STRIDE, stride);
            struct.set(JAVA_INT, I915Uapi.SET_TILING_SWIZZLE, NO_SWIZZLE);
            return 0;
        });
    }

    /** {@code i915_tiling_ok}. */
    private static boolean isPossible(int mode, int stride) {
        if (mode != I915Uapi.TILING_X && mode != I915Uapi.TILING_Y) {
            return false;
        }
        int width = mode == I915Uapi.TILING_Y ? TILE_WIDTH_Y : TILE_WIDTH_X;
        return stride != 0 && Integer.divideUnsigned(stride, UNIT) <= WIDEST && stride % width == 0;
    }

    int get(MemorySegment struct) {
        checkFences();
        return client.withObject(struct, object -> {
            struct.set(JAVA_INT, I915Uapi.TILING_MODE, I915Object.of(object).tiling());
            struct.set(JAVA_INT, I915Uapi.GET_TILING_SWIZZLE, NO_SWIZZLE);
            struct.set(JAVA_INT, I915Uapi.GET_TILING_PHYSICAL, NO_SWIZZLE);
            return 0;
        });
    }

    private void checkFences() {
        if (client.device().fences() == 0) {
            throw new KernelError(Errno.EOPNOTSUPP);
        }
    }
}
