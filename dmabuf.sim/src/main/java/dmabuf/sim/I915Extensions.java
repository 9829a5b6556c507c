package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Chains of extensions in a caller's memory: {@code i915_user_extensions.c} of Linux 6.12. */
final class I915Extensions {

    private static final int LONGEST_CHAIN = 512;

    /** What becomes of an extension. */
    @FunctionalInterface
    interface Reader {

        /**
         * Takes an extension.
         *
         * @param name its number
         * @param address where its struct begins in the caller's memory
         * @param arena for a copy of the struct
         * @return false when there is none of this number
         */
        boolean take(int name, long address, Arena arena);
    }

    private I915Extensions() {}

    /** Reads a chain: EFAULT for a bad pointer, EINVAL for what is unknown or must be zero, E2BIG for a chain without end. */
    static void read(long first, Reader reader) {
        try (Arena arena = Arena.ofConfined()) {
            int left = LONGEST_CHAIN;
            for (long address = first; address != 0; ) {
                if (left-- == 0) {
                    throw new KernelError(Errno.E2BIG);
                }
                MemorySegment head = CallerMemory.struct(address, I915Uapi.EXTENSION_SIZE, arena);
                boolean zero = head.get(JAVA_INT, I915Uapi.EXTENSION_FLAGS) == 0
                        && head.get(JAVA_LONG, I915Uapi.EXTENSION_RESERVED) == 0
                        && head.get(JAVA_LONG, I915Uapi.EXTENSION_RESERVED + Long.BYTES) == 0;
                if (!zero || !reader.take(head.get(JAVA_INT, I915Uapi.EXTENSION_NAME), address, arena)) {
                    throw new KernelError(Errno.EINVAL);
                }
                address = head.get(JAVA_LONG, I915Uapi.EXTENSION_NEXT);
            }
        }
    }
}
