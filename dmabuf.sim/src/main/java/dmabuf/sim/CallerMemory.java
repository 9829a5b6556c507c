package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.UserMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** What a driver does with the pointers that callers pass in: {@code copy_from_user}, {@code strndup_user}. */
final class CallerMemory {

    /** One for each thread, so that the hot path allocates nothing. Of the JDK's own type: a thread that lives on keeps none of ours. */
    private static final ThreadLocal<MemorySegment> WORD =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(ValueLayout.JAVA_LONG));

    private CallerMemory() {}

    /** Gives memory of this thread, valid until its next call, filled with the word at the address; null for EFAULT. */
    static MemorySegment word(long address) {
        MemorySegment word = WORD.get();
        return UserMemory.copyFrom(address, word) < 0 ? null : word;
    }

    /** Copies a struct. */
    static MemorySegment struct(long address, long size, Arena arena) {
        MemorySegment copy = arena.allocate(size, Long.BYTES);
        KernelError.check(UserMemory.copyFrom(address, copy));
        return copy;
    }

    /** Copies a C string of less than {@code limit} bytes; EINVAL for a longer one. Pages behind its end need not be there. */
    static String string(long address, int limit) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(limit);
            long toPageEnd = MappedMemory.PAGE_SIZE - Math.floorMod(address, MappedMemory.PAGE_SIZE);
            long first = Math.min(limit, toPageEnd);
            KernelError.check(UserMemory.copyFrom(address, text.asSlice(0, first)));
            long length = nul(text, first);
            if (length < 0 && first < limit) {
                KernelError.check(UserMemory.copyFrom(address + first, text.asSlice(first)));
                length = nul(text, limit);
            }
            if (length < 0) {
                throw new KernelError(Errno.EINVAL);
            }
            return text.getString(0, StandardCharsets.UTF_8);
        }
    }

    private static long nul(MemorySegment text, long end) {
        for (long at = 0; at < end; at++) {
            if (text.get(ValueLayout.JAVA_BYTE, at) == 0) {
                return at;
            }
        }
        return -1;
    }
}
