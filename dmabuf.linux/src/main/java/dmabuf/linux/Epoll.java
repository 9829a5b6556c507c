package dmabuf.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * epoll(7): waits for any number of descriptors at once, each by a number that its owner gives it. One thread waits; any may add, remove
 * and wake, also meanwhile.
 */
final class Epoll implements AutoCloseable {

    // sys/epoll.h
    static final int EPOLL_CLOEXEC = 0x80000;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_DEL = 2;
    static final int EPOLLONESHOT = 1 << 30;
    /** {@code struct epoll_event} has no hole on x86-64, and one on every other architecture. */
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");
    /** {@code struct epoll_event}: events and data, by the caller for epoll_ctl, and by the kernel for epoll_wait. */
    static final int EVENT_SIZE = PACKED ? 12 : 16;
    static final int EVENT_DATA = PACKED ? 4 : 8;

    /** What {@link #take} gives when the time is over: this very array. */
    static final long[] TIMED_OUT = {};

    /** The data of the descriptor that wakes: no owner gives it away. */
    private static final long WOKEN = -1;
    /** How many events are taken at a time; the rest comes next time. */
    private static final int BATCH = 64;
    private static final int INTERRUPTED = -Errno.EINTR.number();

    private static final MethodHandle CREATE = Downcalls.link("epoll_create1", Downcalls.intOf(JAVA_INT));
    private static final MethodHandle CTL =
            Downcalls.link("epoll_ctl", Downcalls.intOf(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle WAIT =
            Downcalls.link("epoll_wait", Downcalls.intOf(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));

    private final Syscalls kernel;
    private final int number;
    private final EventFd wake;
    private final MemorySegment events = Arena.ofAuto().allocate((long) BATCH * EVENT_SIZE, 8);

    /** @throws DmaBufException EMFILE, ENOMEM; then nothing is left open */
    Epoll(Syscalls kernel) {
        this.kernel = kernel;
        MemorySegment state = Downcalls.callState();
        int result;
        try {
            result = Downcalls.result((int) CREATE.invokeExact(state, EPOLL_CLOEXEC), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
        this.number = SyscallResult.check(result, "epoll_create1", "to wait for descriptors");
        EventFd made = null;
        try {
            made = new EventFd(kernel);
            this.wake = made;
            SyscallResult.check(ctl(EPOLL_CTL_ADD, made.number(), Posix.POLLIN, WOKEN), "epoll_ctl", "eventfd");
        } catch (DmaBufException e) {
            if (made != null) {
                made.close();
            }
            kernel.close(number);
            throw e;
        }
    }

    /**
     * Waits for one event of a descriptor from now on. After that event it has to be removed before it can be added again.
     *
     * @param data what {@link #take} answers for it, 0 or more
     * @return 0, or a negated errno: EBADF, EEXIST, ENOMEM, ENOSPC, EPERM for a file that cannot be polled
     */
    int add(int fd, int wanted, long data) {
        return ctl(EPOLL_CTL_ADD, fd, wanted | EPOLLONESHOT, data);
    }

    /** Waits for it no more. One that is closed has gone by itself. */
    void remove(int fd) {
        ctl(EPOLL_CTL_DEL, fd, 0, 0);
    }

    private int ctl(int operation, int fd, int wanted, long data) {
        MemorySegment state = Downcalls.callState();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(EVENT_SIZE, 8);
            event.set(JAVA_INT, 0, wanted);
            event.set(JAVA_LONG_UNALIGNED, EVENT_DATA, data);
            return Downcalls.result((int) CTL.invokeExact(state, number, operation, fd, event), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    /** Makes {@link #take} return, now or when it is called next. */
    void wake() {
        wake.wake();
    }

    /**
     * Waits for events.
     *
     * @param timeoutMillis how long at most; -1 for ever
     * @return the data of the descriptors that have one, none when it was only woken; {@link #TIMED_OUT}
     * @throws DmaBufException when the kernel refuses to wait, which it has no reason to
     */
    long[] take(int timeoutMillis) {
        int count = await(timeoutMillis);
        if (count == 0) {
            return TIMED_OUT;
        }
        long[] found = new long[count];
        int others = 0;
        for (int i = 0; i < count; i++) {
            long data = events.get(JAVA_LONG_UNALIGNED, (long) i * EVENT_SIZE + EVENT_DATA);
            if (data == WOKEN) {
                wake.clear();
            } else {
                found[others++] = data;
            }
        }
        return others == count ? found : Arrays.copyOf(found, others);
    }

    private int await(int timeoutMillis) {
        MemorySegment state = Downcalls.callState();
        try {
            int result;
            do {
                result = Downcalls.result((int) WAIT.invokeExact(state, number, events, BATCH, timeoutMillis), state);
            } while (result == INTERRUPTED);
            return SyscallResult.check(result, "epoll_wait", "fd " + number);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public void close() {
        kernel.close(number);
        wake.close();
    }
}
