package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;

/**
 * Who is about to touch an object, and who still does: SET_DOMAIN, SW_FINISH, BUSY and WAIT, of {@code i915_gem_domain.c},
 * {@code i915_gem.c}, {@code i915_gem_busy.c} and {@code i915_gem_wait.c} of Linux 6.12.
 */
final class I915Domains {

    private final I915Client client;

    I915Domains(I915Client client) {
        this.client = client;
    }

    /** SET_DOMAIN: waits for the GPU, and sees to it that the CPU finds what the GPU has written and the reverse. */
    int set(MemorySegment struct) {
        if (client.device().isDiscrete()) {
            throw new KernelError(Errno.ENODEV);
        }
        int read = struct.get(JAVA_INT, I915Uapi.DOMAIN_READ);
        int write = struct.get(JAVA_INT, I915Uapi.DOMAIN_WRITE);
        boolean gpu = ((read | write) & I915Uapi.DOMAINS_OF_GPU) != 0;
        if (gpu || write != 0 && read != write) {
            throw new KernelError(Errno.EINVAL);
        }
        return read == 0 ? 0 : client.withObject(struct, object -> {
            int waited = object.reservation().await(write != 0);
            if (waited == 0) {
                move(I915Object.of(object), read);
            }
            return waited;
        });
    }

    /** What is not behind the aperture or write-combined counts as the CPU. */
    private static void move(I915Object state, int domain) {
        if ((domain & (I915Uapi.DOMAIN_WC | I915Uapi.DOMAIN_GTT)) != 0) {
            state.toMemory();
        } else {
            state.toCpu();
        }
    }

    /** SW_FINISH: shows on a display what the CPU has written, and there is none. */
    int finish(MemorySegment struct) {
        return client.withObject(struct, object -> 0);
    }

    /** BUSY tells of the device's own engines, of which there are none; other devices' fences do not count. */
    int busy(MemorySegment struct) {
        return client.withObject(struct, object -> {
            struct.set(JAVA_INT, I915Uapi.BUSY, 0);
            return 0;
        });
    }

    /** WAIT for everybody's fences: ETIME when time is up, and what is left of it otherwise. */
    int await(MemorySegment struct) {
        if (struct.get(JAVA_INT, I915Uapi.WAIT_FLAGS) != 0) {
            throw new KernelError(Errno.EINVAL);
        }
        return client.withObject(struct, object -> {
            long nanos = struct.get(JAVA_LONG, I915Uapi.WAIT_TIMEOUT);
            long begin = System.nanoTime();
            // Rounded up, so that no wait is shorter than it was asked for.
            long millis = nanos < 0 ? Waits.NO_LIMIT : nanos / 1_000_000 + (nanos % 1_000_000 == 0 ? 0 : 1);
            int waited = object.reservation().awaitEither(false, true, Math.min(millis, TimeUnit.DAYS.toMillis(1)));
            if (nanos > 0) {
                long left = waited == Waits.TIMED_OUT ? 0 : nanos - (System.nanoTime() - begin);
                struct.set(JAVA_LONG, I915Uapi.WAIT_TIMEOUT, Math.max(0, left));
            }
            return waited == Waits.TIMED_OUT ? -Errno.ETIME.number() : waited;
        });
    }
}
