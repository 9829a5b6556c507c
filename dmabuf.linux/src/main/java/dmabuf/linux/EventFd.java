package dmabuf.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** An eventfd(2): readable once somebody has woken it, until that is cleared. Wakes a thread that waits in the kernel. */
final class EventFd implements AutoCloseable {

    /** {@code sys/eventfd.h}. */
    static final int EFD_CLOEXEC = 0x80000;

    private static final MethodHandle EVENTFD = Downcalls.link("eventfd", Downcalls.intOf(JAVA_INT, JAVA_INT));

    private final Syscalls kernel;
    private final int number;

    /** @throws dmabuf.api.DmaBufException EMFILE */
    EventFd(Syscalls kernel) {
        this.kernel = kernel;
        MemorySegment state = Downcalls.callState();
        int result;
        try {
            result = Downcalls.result((int) EVENTFD.invokeExact(state, 0, EFD_CLOEXEC), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
        this.number = SyscallResult.check(result, "eventfd", "to wake a thread");
    }

    int number() {
        return number;
    }

    /** Makes it readable, if it is not. */
    void wake() {
        try (Arena arena = Arena.ofConfined()) {
            kernel.write(number, arena.allocateFrom(JAVA_LONG, 1));
        }
    }

    /** Makes it unreadable. It must be readable now. */
    void clear() {
        try (Arena arena = Arena.ofConfined()) {
            kernel.read(number, arena.allocate(JAVA_LONG));
        }
    }

    @Override
    public void close() {
        kernel.close(number);
    }
}
