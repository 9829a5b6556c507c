package dmabuf.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Reads and writes this process's memory through the kernel ({@code process_vm_readv} on itself), as {@code copy_from_user} does for a
 * driver: an address that is not mapped is EFAULT and not a crash. Allocates nothing; for that each handle is called where it is a
 * constant, since the compiler does not look into one that is a parameter.
 */
public final class UserMemory {

    private static final MethodHandle READV = link("process_vm_readv");
    private static final MethodHandle WRITEV = link("process_vm_writev");
    private static final int SELF = (int) ProcessHandle.current().pid();
    /** {@code struct iovec}: a pointer and a size_t. */
    private static final int IOVEC = 16;
    /** The local iovec and the remote one, and the remote one alone. Of the JDK's own types, see {@link Downcalls}. */
    private static final ThreadLocal<MemorySegment[]> IOVECS = ThreadLocal.withInitial(() -> {
        MemorySegment both = Arena.ofAuto().allocate(2 * IOVEC, 8);
        return new MemorySegment[] {both, both.asSlice(IOVEC)};
    });

    private static final int LOCAL = 0;
    private static final int REMOTE = 1;

    private static final int EFAULT = -Errno.EFAULT.number();

    private UserMemory() {}

    private static MethodHandle link(String name) {
        return Downcalls.link(name, Downcalls.longOf(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG));
    }

    /**
     * Copies from an address that somebody passed in.
     *
     * @param address where from
     * @param target native memory to copy to, filled whole
     * @return 0, or {@code -EFAULT} when not all of it could be read
     */
    public static int copyFrom(long address, MemorySegment target) {
        MemorySegment state = Downcalls.callState();
        MemorySegment[] iovecs = iovecs(address, target);
        long done;
        try {
            done = Downcalls.result((long) READV.invokeExact(state, SELF, iovecs[LOCAL], 1L, iovecs[REMOTE], 1L, 0L), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
        return result(done, target);
    }

    /**
     * Copies to an address that somebody passed in.
     *
     * @param address where to
     * @param source native memory to copy from, whole
     * @return 0, or {@code -EFAULT} when not all of it could be written
     */
    public static int copyTo(long address, MemorySegment source) {
        MemorySegment state = Downcalls.callState();
        MemorySegment[] iovecs = iovecs(address, source);
        long done;
        try {
            done = Downcalls.result((long) WRITEV.invokeExact(state, SELF, iovecs[LOCAL], 1L, iovecs[REMOTE], 1L, 0L), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
        return result(done, source);
    }

    /** Fills this thread's pair. */
    private static MemorySegment[] iovecs(long address, MemorySegment local) {
        MemorySegment[] iovecs = IOVECS.get();
        iovecs[LOCAL].set(ADDRESS, 0, local);
        iovecs[LOCAL].set(JAVA_LONG, 8, local.byteSize());
        iovecs[REMOTE].set(JAVA_LONG, 0, address);
        iovecs[REMOTE].set(JAVA_LONG, 8, local.byteSize());
        return iovecs;
    }

    private static int result(long done, MemorySegment local) {
        if (done < 0 && done != EFAULT) {
            // A sandbox that filters system calls, most likely. To answer EFAULT would send people looking for a bad pointer.
            throw new UnsupportedOperationException(
                    "process_vm_readv and process_vm_writev are refused to this process: " + Errno.ofResult(done));
        }
        return done == local.byteSize() ? 0 : EFAULT;
    }
}
