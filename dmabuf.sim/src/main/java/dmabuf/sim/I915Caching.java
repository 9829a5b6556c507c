package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.fd.Errno;
import java.lang.foreign.MemorySegment;

/** SET_CACHING and GET_CACHING: {@code i915_gem_domain.c} of Linux 6.12. Every device here snoops where it is asked to. */
final class I915Caching {

    private final I915Client client;

    I915Caching(I915Client client) {
        this.client = client;
    }

    /** Caching belongs to the driver on discrete devices, and to page attributes from version 12.70 on. */
    int set(MemorySegment struct) {
        if (client.device().isDiscrete()) {
            throw new KernelError(Errno.ENODEV);
        }
        if (client.device().hasPageAttributes()) {
            throw new KernelError(Errno.EOPNOTSUPP);
        }
        int level = switch (struct.get(JAVA_INT, I915Uapi.CACHING)) {
            // No device here writes through, and so what displays show is not cached.
            case I915Uapi.CACHING_NONE, I915Uapi.CACHING_DISPLAY -> I915Uapi.CACHING_NONE;
            case I915Uapi.CACHING_CACHED -> I915Uapi.CACHING_CACHED;
            default -> throw new KernelError(Errno.EINVAL);
        };
        return client.withObject(struct, object -> set(object, level));
    }

    private int set(GemObject object, int level) {
        I915Object state = I915Object.of(object);
        if (state.caching() == level) {
            return 0;
        }
        int waited = object.reservation().await(true);
        if (waited == 0) {
            state.toMemory(); // Stale lines of the caches go first.
            state.toCpu();
            state.setCaching(level);
        }
        return waited;
    }

    int get(MemorySegment struct) {
        if (client.device().isDiscrete()) {
            throw new KernelError(Errno.ENODEV);
        }
        return client.withObject(struct, object -> {
            I915Object state = I915Object.of(object);
            if (state.isAttributeSet()) {
                throw new KernelError(Errno.EOPNOTSUPP);
            }
            struct.set(JAVA_INT, I915Uapi.CACHING, state.caching());
            return 0;
        });
    }
}
