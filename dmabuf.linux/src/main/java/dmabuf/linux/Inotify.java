package dmabuf.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * inotify(7) for folders of device nodes: hears of nodes that come, go, or change owner or mode. The JDK's watch service cannot tell a
 * change of mode from a write, and up to Linux 6.13 every write to {@code /dev/null} by anybody would wake whoever watches {@code /dev}.
 *
 * <p>For one thread, which may be woken by any.
 */
final class Inotify implements AutoCloseable {

    // sys/inotify.h
    static final int IN_ATTRIB = 0x4;
    static final int IN_MOVED_FROM = 0x40;
    static final int IN_MOVED_TO = 0x80;
    static final int IN_CREATE = 0x100;
    static final int IN_DELETE = 0x200;
    static final int IN_DELETE_SELF = 0x400;
    static final int IN_MOVE_SELF = 0x800;
    static final int IN_ONLYDIR = 0x1000000;
    static final int IN_CLOEXEC = 0x80000;
    /** {@code struct inotify_event}, filled by the kernel; a name of {@code len} bytes follows. */
    static final int EVENT_SIZE = 16;
    static final int EVENT_WD = 0;
    static final int EVENT_LEN = 12;
    /** {@code struct pollfd}: descriptor and events by the caller, and behind the events, in the same int, what there is. */
    static final int POLLFD_SIZE = 8;
    static final int POLLFD_EVENTS = 4;

    /** What {@link #take} gives for events that were lost. */
    static final int OVERFLOW = -1;

    private static final int EVENTS =
            IN_ATTRIB | IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
    private static final int BUFFER = 16 * 1024;
    private static final int INTERRUPTED = -Errno.EINTR.number();

    private static final MethodHandle INIT = Downcalls.link("inotify_init1", Downcalls.intOf(JAVA_INT));
    private static final MethodHandle ADD =
            Downcalls.link("inotify_add_watch", Downcalls.intOf(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle REMOVE = Downcalls.link("inotify_rm_watch", Downcalls.intOf(JAVA_INT, JAVA_INT));
    private static final MethodHandle POLL = Downcalls.link("poll", Downcalls.intOf(ADDRESS, JAVA_LONG, JAVA_INT));

    private final Syscalls kernel;
    private final int events;
    private final EventFd wake;

    /**
     * Opens a queue of events.
     *
     * @throws dmabuf.api.DmaBufException EMFILE when this user has too many
     */
    Inotify(Syscalls kernel) {
        this.kernel = kernel;
        this.events = SyscallResult.check(call(INIT, IN_CLOEXEC), "inotify_init1", "fs.inotify.max_user_instances");
        try {
            this.wake = new EventFd(kernel);
        } catch (DmaBufException e) {
            kernel.close(events);
            throw e;
        }
    }

    /** Watches a folder; gives the same number for the same folder, or a negated errno. */
    int add(Path folder) {
        MemorySegment state = Downcalls.callState();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = Downcalls.string(arena, folder.toString());
            return Downcalls.result((int) ADD.invokeExact(state, events, path, EVENTS), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    /** Ends the watch of a folder. One that is gone has ended by itself. */
    void remove(int watch) {
        call(REMOVE, events, watch);
    }

    /** Makes {@link #take} return, now or when it is called next. */
    void wake() {
        wake.wake();
    }

    /** Waits for events; gives the watches that have some, {@link #OVERFLOW} among them. None when it was only woken. */
    Set<Integer> take() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pollfds = arena.allocate(2 * POLLFD_SIZE, 4);
            pollfds.set(JAVA_INT, 0, events);
            pollfds.set(JAVA_INT, POLLFD_EVENTS, Posix.POLLIN);
            pollfds.set(JAVA_INT, POLLFD_SIZE, wake.number());
            pollfds.set(JAVA_INT, POLLFD_SIZE + POLLFD_EVENTS, Posix.POLLIN);
            SyscallResult.check(poll(pollfds), "poll", "inotify");
            MemorySegment buffer = arena.allocate(BUFFER, 8);
            if (pollfds.get(JAVA_INT, POLLFD_SIZE + POLLFD_EVENTS) >>> 16 != 0) {
                wake.clear();
            }
            Set<Integer> watches = new HashSet<>();
            if (pollfds.get(JAVA_INT, POLLFD_EVENTS) >>> 16 != 0) {
                long length = SyscallResult.check(kernel.read(events, buffer), "read", "inotify");
                for (long at = 0; at < length; at += EVENT_SIZE + buffer.get(JAVA_INT, at + EVENT_LEN)) {
                    watches.add(buffer.get(JAVA_INT, at + EVENT_WD));
                }
            }
            return watches;
        }
    }

    private static int poll(MemorySegment pollfds) {
        MemorySegment state = Downcalls.callState();
        try {
            int result;
            do {
                result = Downcalls.result((int) POLL.invokeExact(state, pollfds, 2L, -1), state);
            } while (result == INTERRUPTED);
            return result;
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    private static int call(MethodHandle function, int argument) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((int) function.invokeExact(state, argument), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    private static int call(MethodHandle function, int first, int second) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((int) function.invokeExact(state, first, second), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public void close() {
        kernel.close(events);
        wake.close();
    }
}
