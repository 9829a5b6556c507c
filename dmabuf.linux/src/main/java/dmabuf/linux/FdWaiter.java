package dmabuf.linux;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Waits for any number of descriptors to become ready, with one thread for all of them, by epoll(7). The thread starts with the first wait
 * and ends when there has been none for a second; while it does, no descriptor of this object is open either.
 *
 * <p>It is the real kernel that waits. So the descriptors are those that it can poll: sync files, sockets, pipes, and the sync files of a
 * simulated kernel, but no dma-bufs of one.
 *
 * <p>After {@link #close} every wait has ended, and no new one begins. Thread-safe. Holds no lock while it calls a listener.
 */
public final class FdWaiter implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(FdWaiter.class.getName());
    private static final int LINGER_MILLIS = 1000;
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

    /**
     * Who waits. Exactly one of the two is called, once, unless the wait is cancelled before. {@link #ready} is called on the one thread
     * that waits for everybody: it must not block, and hands on to others what might.
     */
    public interface Listener {

        /** The descriptor is ready. It is not looked at any more. */
        void ready();

        /**
         * The wait has ended without it.
         *
         * @param why ECANCELED when the waiter was closed; otherwise what the kernel said
         */
        void ended(DmaBufException why);
    }

    /** A wait for one descriptor, which stays open until the wait is over. */
    public final class Watch {

        private final int fd;
        private final Listener listener;
        private final long id;

        private Watch(int fd, Listener listener, long id) {
            this.fd = fd;
            this.listener = listener;
            this.id = id;
        }

        /**
         * Ends the wait.
         *
         * @return true when the listener has not been called, and never will be; false when it was, or is this moment
         */
        public boolean cancel() {
            synchronized (lock) {
                if (!watches.remove(id, this)) {
                    return false;
                }
                queue.remove(fd);
                if (watches.isEmpty()) {
                    queue.wake();
                }
                return true;
            }
        }
    }

    private final String threadName;
    private final Syscalls kernel = new LinuxSyscalls();
    private final Object lock = new Object();
    private final Map<Long, Watch> watches = new HashMap<>();
    private long lastId;
    private boolean closed;
    /** What the thread waits with; null while there is no thread that would take another wait. */
    private Epoll queue;
    /** The latest thread, which has ended or is about to when there is no queue. */
    private Thread thread;

    /**
     * Begins with no thread.
     *
     * @param threadName what the thread will be called
     */
    public FdWaiter(String threadName) {
        this.threadName = Objects.requireNonNull(threadName, "threadName");
    }

    /**
     * Begins a wait. One that is ready already is told of all the same, on the waiter's thread.
     *
     * @param fd a descriptor of the real kernel, which no other wait of this object is for; the caller keeps it open until the wait is over
     * @param events {@link Posix#POLLIN} and the like; an error or a hang-up is told of in any case
     * @param listener who is told
     * @return the wait
     * @throws DmaBufException ECANCELED when this is closed; EMFILE when there is no descriptor left to wait with; EBADF; EEXIST; EPERM for
     *     a file that cannot be polled
     */
    public Watch watch(int fd, int events, Listener listener) {
        Objects.requireNonNull(listener, "listener");
        synchronized (lock) {
            if (closed) {
                throw closed();
            }
            if (queue == null) {
                start();
            }
            Watch watch = new Watch(fd, listener, ++lastId);
            SyscallResult.check(queue.add(fd, events, watch.id), "epoll_ctl", "fd " + fd);
            watches.put(watch.id, watch);
            return watch;
        }
    }

    private void start() {
        Epoll opened = new Epoll(kernel);
        try {
            // Whoever waits first may be a bundle on its way out: nothing of its thread is inherited, its context class loader included.
            thread = Thread.ofPlatform()
                    .name(threadName)
                    .daemon()
                    .inheritInheritableThreadLocals(false)
                    .start(() -> run(opened));
            queue = opened;
        } finally {
            if (queue != opened) {
                opened.close(); // The system gives no more threads.
            }
        }
    }

    private DmaBufException closed() {
        return new DmaBufException(Errno.ECANCELED, "wait", threadName, "whoever waited for descriptors has been stopped");
    }

    private void run(Epoll mine) {
        try (mine) {
            serve(mine);
        }
    }

    /** To the end, after which nobody else has the queue in his hands. */
    private void serve(Epoll mine) {
        DmaBufException failure = null;
        try {
            boolean lingered = false;
            for (int timeout = patience(mine, lingered); timeout != 0; timeout = patience(mine, lingered)) {
                long[] found = mine.take(timeout);
                lingered = found == Epoll.TIMED_OUT;
                for (long id : found) {
                    tell(id);
                }
            }
        } catch (DmaBufException e) {
            failure = e;
            LOG.log(System.Logger.Level.WARNING, "{0} cannot wait any more: {1}", threadName, e.getMessage());
        } finally {
            abandon(mine, failure);
        }
    }

    /** How long to wait next: for ever while there is something to wait for, a while when there is not, and 0 to end. */
    private int patience(Epoll mine, boolean lingered) {
        synchronized (lock) {
            if (queue != mine) {
                return 0;
            }
            if (!watches.isEmpty()) {
                return -1;
            }
            if (lingered) {
                queue = null;
                return 0;
            }
            return LINGER_MILLIS;
        }
    }

    private void tell(long id) {
        Watch found;
        synchronized (lock) {
            found = watches.remove(id);
            if (found == null) {
                return; // Cancelled since.
            }
            if (queue != null) {
                queue.remove(found.fd);
            }
        }
        guarded(found.listener::ready);
    }

    /** The thread ends. Those that still wait for something with it wait in vain. */
    private void abandon(Epoll mine, DmaBufException failure) {
        List<Watch> left;
        synchronized (lock) {
            if (queue != mine) {
                return;
            }
            queue = null;
            left = takeAll();
        }
        DmaBufException why =
                failure != null ? failure : new DmaBufException(Errno.EIO, "wait", threadName, "the thread that waited has failed");
        left.forEach(each -> guarded(() -> each.listener.ended(why)));
    }

    private List<Watch> takeAll() {
        List<Watch> all = List.copyOf(watches.values());
        watches.clear();
        return all;
    }

    private void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, "who waited for a descriptor failed when it was told: {0}", e.toString());
        }
    }

    /**
     * Ends every wait, on the calling thread, and then the waiter's own, for which it waits a while: once a bundle has stopped, its classes
     * may not be there any more. The second and later calls do nothing.
     */
    @Override
    public void close() {
        List<Watch> left;
        Thread last;
        synchronized (lock) {
            closed = true;
            left = takeAll();
            last = thread;
            thread = null;
            if (queue != null) {
                queue.wake();
                queue = null;
            }
        }
        left.forEach(each -> guarded(() -> each.listener.ended(closed())));
        if (last != null && last != Thread.currentThread()) {
            try {
                last.join(CLOSE_PATIENCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
