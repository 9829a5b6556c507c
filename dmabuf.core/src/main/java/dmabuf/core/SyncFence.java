package dmabuf.core;

import dmabuf.api.BufferClosedException;
import dmabuf.api.DmaBufException;
import dmabuf.api.Fence;
import dmabuf.api.FenceInfo;
import dmabuf.api.FenceStatus;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Deadline;
import dmabuf.linux.FdWaiter;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A sync file with its descriptor. Its users are this handle until it is closed, the operations under way, and the one wait that serves
 * everybody; the last one closes the descriptor, so that no number is given to somebody else between a check and a system call.
 */
final class SyncFence implements Fence {

    /** Stages are completed where they may block. Nothing is inherited, so that no thread keeps the loader of whoever signalled. */
    private static final Executor VIRTUAL_THREADS = action ->
            Thread.ofVirtual().name("dmabuf-fence").inheritInheritableThreadLocals(false).start(action);

    /** Nobody hurries for what comes later than this, and later moments overflow. */
    private static final Duration FAR_OFF = Duration.ofDays(1);

    private final Fences fences;
    private final Fd file;
    private final AtomicInteger users = new AtomicInteger(1);
    /** Null for one that is not given out. */
    private final FenceLease lease;
    private final Object lock = new Object();
    private volatile boolean closed;
    /** Known to be signalled, after which nothing changes any more. */
    private volatile boolean over;
    /** What the signal left, once somebody has asked. */
    private volatile FenceStatus settled;
    /** The wait that is under way, if any. */
    private Wait wait;

    /** The one wait of this fence, for as many as want to know. */
    private final class Wait implements FdWaiter.Listener {

        private final CompletableFuture<FenceStatus> outcome = new CompletableFuture<>();
        private FdWaiter.Watch watch;

        /** Only the JDK's own code depends on the outcome directly, so nobody is called here who could block. */
        @Override
        public void ready() {
            try {
                outcome.complete(statusOf(file.number()));
            } catch (RuntimeException | Error e) {
                outcome.completeExceptionally(e); // Whatever it is, those who wait are not to wait for ever.
            } finally {
                over(this);
            }
        }

        @Override
        public void ended(DmaBufException why) {
            outcome.completeExceptionally(why);
            over(this);
        }
    }

    private SyncFence(Fences fences, Fd file, boolean givenOut) {
        this.fences = fences;
        this.file = file;
        this.lease = givenOut ? new FenceLease(this, fences, file, users) : null;
    }

    /** Takes the ownership of a sync file over, for somebody who may forget to close the fence. */
    static SyncFence givenOut(Fences fences, Fd file) {
        SyncFence fence = new SyncFence(fences, file, true);
        fences.add(fence.lease);
        return fence;
    }

    /** Takes the ownership of a sync file over, for the core itself. */
    static SyncFence own(Fences fences, Fd file) {
        return new SyncFence(fences, file, false);
    }

    /** Makes sure that the descriptor stays open while an operation runs. Whoever calls this calls {@link #leave}. */
    private int use(String operation) {
        for (int now = users.get(); now > 0 && !closed; now = users.get()) {
            if (users.compareAndSet(now, now + 1)) {
                return file.number();
            }
        }
        throw new BufferClosedException(operation, file.toString());
    }

    private void leave() {
        if (users.decrementAndGet() == 0) {
            file.close();
        }
    }

    private Syscalls kernel() {
        return (Syscalls) file.kernel();
    }

    @Override
    public boolean isSignalled() {
        int fd = use("poll");
        try {
            return isOver(fd);
        } finally {
            leave();
        }
    }

    private boolean isOver(int fd) {
        if (!over && Polling.isReady(kernel(), fd, Posix.POLLIN)) {
            over = true;
        }
        return over;
    }

    @Override
    public FenceStatus status() {
        int fd = use("SYNC_IOC_FILE_INFO");
        try {
            return statusOf(fd);
        } finally {
            leave();
        }
    }

    private FenceStatus statusOf(int fd) {
        FenceStatus now = settled;
        if (now == null) {
            now = SyncFileCalls.status(kernel(), fd);
            if (now.signalled()) {
                settled = now;
                over = true;
            }
        }
        return now;
    }

    @Override
    public FenceInfo info() {
        int fd = use("SYNC_IOC_FILE_INFO");
        try {
            return SyncFileCalls.info(kernel(), fd);
        } finally {
            leave();
        }
    }

    @Override
    public boolean await(Duration timeout) throws InterruptedException {
        return await(Deadline.in(timeout));
    }

    boolean await(Deadline deadline) throws InterruptedException {
        int fd = use("await");
        try {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return isOver(fd) || !deadline.isOver() && await(fd, deadline);
        } finally {
            leave();
        }
    }

    private boolean await(int fd, Deadline deadline) throws InterruptedException {
        CompletableFuture<FenceStatus> outcome;
        try {
            outcome = outcome();
        } catch (BufferClosedException e) {
            throw cancelled("closed", e);
        } catch (DmaBufException e) {
            return awaitAlone(fd, deadline); // The core has stopped, or there is no descriptor left to wait with.
        }
        while (true) {
            try {
                int millis = deadline.remainingMillis();
                if (millis < 0) {
                    outcome.get();
                } else {
                    outcome.get(millis, TimeUnit.MILLISECONDS);
                }
                return true;
            } catch (TimeoutException e) {
                if (deadline.isOver()) {
                    return isOver(fd);
                }
            } catch (ExecutionException e) {
                throw failed(e.getCause());
            }
        }
    }

    /** Waits without the waiter's help. */
    private boolean awaitAlone(int fd, Deadline deadline) throws InterruptedException {
        while (!Polling.awaitSlice(kernel(), fd, Posix.POLLIN, deadline)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (closed) {
                throw cancelled("closed", null);
            }
            if (deadline.isOver()) {
                return false;
            }
        }
        return true;
    }

    /** Every waiter is told in an exception of its own, which has its own stack trace. */
    private DmaBufException failed(Throwable shared) {
        if (shared instanceof DmaBufException refused && refused.errno() == Errno.ECANCELED) {
            return cancelled(closed ? "closed" : "the core has stopped", shared);
        }
        Errno errno = shared instanceof DmaBufException refused ? refused.errno() : Errno.EIO;
        DmaBufException failed = new DmaBufException(errno, "await", file.toString(), shared.toString());
        failed.initCause(shared);
        return failed;
    }

    private DmaBufException cancelled(String why, Throwable cause) {
        DmaBufException cancelled = new DmaBufException(Errno.ECANCELED, "await", file.toString(), why + " meanwhile");
        cancelled.initCause(cause);
        return cancelled;
    }

    @Override
    public CompletionStage<FenceStatus> whenSignalled() {
        int fd = use("whenSignalled");
        try {
            FenceStatus now = statusOf(fd);
            if (now.signalled()) {
                return CompletableFuture.completedFuture(now);
            }
            CompletableFuture<FenceStatus> stage = new CompletableFuture<>();
            outcome().whenCompleteAsync((status, failure) -> settle(stage, status, failure), VIRTUAL_THREADS);
            return stage;
        } finally {
            leave();
        }
    }

    private static void settle(CompletableFuture<FenceStatus> stage, FenceStatus status, Throwable failure) {
        if (failure == null) {
            stage.complete(status);
        } else {
            stage.completeExceptionally(failure);
        }
    }

    /**
     * The outcome of the wait that is under way, or of a new one. The caller is a user.
     *
     * @throws DmaBufException when there is nobody to wait with
     */
    private CompletableFuture<FenceStatus> outcome() {
        synchronized (lock) {
            if (closed) {
                throw new BufferClosedException("await", file.toString());
            }
            if (wait == null) {
                Wait begun = new Wait();
                begun.watch = fences.waiter().watch(file.number(), Posix.POLLIN, begun);
                users.incrementAndGet();
                wait = begun;
            }
            return wait.outcome;
        }
    }

    /** A wait is no longer a user. */
    private void over(Wait ended) {
        synchronized (lock) {
            if (wait == ended) {
                wait = null;
            }
        }
        leave();
    }

    @Override
    public Fence merge(Fence other, String name) {
        Objects.requireNonNull(name, "name");
        int fd = use("SYNC_IOC_MERGE");
        try {
            return withDescriptor(other, "SYNC_IOC_MERGE", second -> {
                int merged = SyncFileCalls.merge(kernel(), fd, second, name);
                return givenOut(fences, Fd.adopt(merged, kernel()));
            });
        } finally {
            leave();
        }
    }

    /** Does something with the descriptor of a sync file. */
    @FunctionalInterface
    interface DescriptorUse<T> {
        T with(int fd);
    }

    /** Has any fence's descriptor stay open during a use of it. */
    static <T> T withDescriptor(Fence fence, String operation, DescriptorUse<T> action) {
        if (fence instanceof SyncFence own) {
            int fd = own.use(operation);
            try {
                return action.with(fd);
            } finally {
                own.leave();
            }
        }
        try (Fd copy = fence.fd()) {
            return action.with(copy.number());
        }
    }

    @Override
    public void neededWithin(Duration within) {
        long nanos = within.isNegative() ? 0 : within.compareTo(FAR_OFF) > 0 ? FAR_OFF.toNanos() : within.toNanos();
        int fd = use("SYNC_IOC_SET_DEADLINE");
        try {
            int result = SyncFileCalls.setDeadline(kernel(), fd, System.nanoTime() + nanos);
            if (result != -Errno.ENOTTY.number()) {
                SyscallResult.check(result, "SYNC_IOC_SET_DEADLINE", file.toString());
            }
        } finally {
            leave();
        }
    }

    @Override
    public Fd fd() {
        int fd = use("dup");
        try {
            return Fd.adopt(SyscallResult.check(kernel().dup(fd), "dup", file.toString()), kernel());
        } finally {
            leave();
        }
    }

    @Override
    public void close() {
        try {
            end();
        } finally {
            Reference.reachabilityFence(this); // It is not lost while it is being closed.
        }
    }

    private void end() {
        Wait ending;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            ending = wait;
        }
        if (lease != null && lease.end()) {
            fences.remove(lease);
        }
        if (ending != null && ending.watch.cancel()) {
            ending.ended(cancelled("closed", null));
        }
        leave();
    }

    /** Names the descriptor, for messages. */
    @Override
    public String toString() {
        return "fence of " + file;
    }
}
