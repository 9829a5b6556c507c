package importer.v4l2;

import dmabuf.api.BufferId;
import dmabuf.api.BufferRevokedException;
import dmabuf.api.BufferState;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.Subscription;
import dmabuf.fd.Errno;
import dmabuf.linux.Deadline;
import dmabuf.linux.FdWaiter;
import importer.v4l2.uapi.Buffer;
import importer.v4l2.uapi.Videodev;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A queue of buffers that a driver fills. The driver never waits here (O_NONBLOCK), so the lock is held over its calls, which keeps the
 * node open meanwhile; no exporter, listener or user is called under it.
 */
final class V4l2Stream implements CaptureStream {

    private static final int NOT_YET = -Errno.EAGAIN.number();
    private static final int GONE = -Errno.ENODEV.number();
    private static final int MOST_EVENTS = 64;

    private final VideoNode node;
    private final CameraInfo camera;
    private final CaptureFormat format;
    private final BufferQueue queue;
    private final List<Slot> slots;
    private final BufferRenewal renewal;
    private final FdWaiter waiter;
    private final Consumer<V4l2Stream> whenClosed;

    private final Object lock = new Object();
    private final SequenceCounter sequence = new SequenceCounter();
    private final Deque<CaptureEvent> events = new ArrayDeque<>();
    private long captured;
    private boolean closed;
    /** What ended it; null while it runs. */
    private DmaBufException over;
    /** The wait that is under way, if any. */
    private Wait wait;
    private FrameDelivery delivery;

    /** The one wait of this stream, for as many as want a frame. */
    private final class Wait implements FdWaiter.Listener {

        private final CompletableFuture<Void> outcome = new CompletableFuture<>();
        private FdWaiter.Watch watch;

        @Override
        public void ready() {
            forget();
            outcome.complete(null);
        }

        @Override
        public void ended(DmaBufException why) {
            forget();
            outcome.completeExceptionally(why);
        }

        private void forget() {
            synchronized (lock) {
                if (wait == this) {
                    wait = null;
                }
            }
        }
    }

    /** Takes node, slots and what is in them over. Everything is queued, and the driver has started. */
    V4l2Stream(
            VideoNode node,
            CameraInfo camera,
            CaptureFormat format,
            BufferQueue queue,
            List<Slot> slots,
            BufferRenewal renewal,
            FdWaiter waiter,
            Consumer<V4l2Stream> whenClosed) {
        this.node = node;
        this.camera = camera;
        this.format = format;
        this.queue = queue;
        this.slots = List.copyOf(slots);
        this.renewal = renewal;
        this.waiter = waiter;
        this.whenClosed = whenClosed;
    }

    @Override
    public CameraInfo camera() {
        return camera;
    }

    @Override
    public CaptureFormat format() {
        return format;
    }

    @Override
    public BufferChoice choice() {
        return renewal.choice();
    }

    @Override
    public List<BufferId> buffers() {
        synchronized (lock) {
            return slots.stream().flatMap(slot -> slot.memory.buffers().stream()).map(DmaBuf::id).toList();
        }
    }

    @Override
    public long captured() {
        synchronized (lock) {
            return captured;
        }
    }

    @Override
    public long dropped() {
        synchronized (lock) {
            return sequence.dropped();
        }
    }

    @Override
    public List<CaptureEvent> events() {
        synchronized (lock) {
            return List.copyOf(events);
        }
    }

    @Override
    public Optional<CapturedFrame> next(Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.in(timeout);
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            V4l2Frame frame = take();
            if (frame != null) {
                return Optional.of(frame);
            }
            if (deadline.isOver()) {
                return Optional.empty();
            }
            await(readiness(), deadline);
        }
    }

    private static void await(CompletableFuture<Void> ready, Deadline deadline) throws InterruptedException {
        int millis = deadline.remainingMillis();
        try {
            if (millis < 0) {
                ready.get();
            } else {
                ready.get(millis, TimeUnit.MILLISECONDS);
            }
        } catch (TimeoutException e) {
            // It is looked once more, and then given up.
        } catch (ExecutionException e) {
            throw e.getCause() instanceof DmaBufException known ? known : new IllegalStateException(e.getCause());
        }
    }

    /**
     * Completes when there may be a frame, or the stream is over. Nothing that blocks is to depend on it directly.
     *
     * @throws DmaBufException as {@link #next} says
     */
    CompletableFuture<Void> readiness() {
        synchronized (lock) {
            checkRuns();
            if (wait == null) {
                Wait begun = new Wait();
                begun.watch = waiter.watch(node.number(), BufferQueue.events(), begun);
                wait = begun;
            }
            return wait.outcome;
        }
    }

    private void checkRuns() {
        if (closed) {
            throw cancelled();
        }
        if (over != null) {
            throw over;
        }
    }

    private DmaBufException cancelled() {
        return new DmaBufException(Errno.ECANCELED, "next", camera.device(), "the stream is closed");
    }

    boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    /**
     * Takes a frame if there is one.
     *
     * @return null when there is none yet
     * @throws DmaBufException as {@link #next} says
     */
    V4l2Frame take() {
        queueIdle();
        while (true) {
            Slot lost = null;
            DmaBufException ended = null;
            synchronized (lock) {
                checkRuns();
                int result = queue.dequeue();
                if (result == NOT_YET) {
                    return null;
                }
                Slot slot = result < 0 ? null : slotOf(queue.filled().index());
                if (slot == null) {
                    ended = end(result < 0 ? Errno.ofResult(result) : Errno.EIO, "VIDIOC_DQBUF");
                } else {
                    slot.state = Slot.State.OUT;
                    V4l2Frame frame = frame(slot, queue.filled());
                    if (frame != null) {
                        captured++;
                        return frame;
                    }
                    sequence.lose();
                    lost = slot;
                }
            }
            if (ended != null) {
                tell(CaptureEvent.Kind.ENDED, ended.getMessage());
                throw ended;
            }
            offer(lost);
        }
    }

    /** The place that the driver has filled; null when it says one that it does not have. Under the lock. */
    private Slot slotOf(int index) {
        Slot slot = index < 0 || index >= slots.size() ? null : slots.get(index);
        return slot == null || slot.state != Slot.State.QUEUED ? null : slot;
    }

    /** The stream is over from now on. Under the lock. */
    private DmaBufException end(Errno errno, String operation) {
        if (over == null) {
            over = node.failure(errno, operation, "", errno == Errno.EPIPE ? "there are no more frames" : null);
        }
        return over;
    }

    /** A frame of what the driver says; null when its memory has left with the device that it was of. Under the lock. */
    private V4l2Frame frame(Slot slot, Buffer filled) {
        long number = sequence.next(filled.sequence());
        if (slot.memory.state() == BufferState.REVOKED) {
            return null;
        }
        boolean monotonic = (filled.flags() & Videodev.BUF_FLAG_TIMESTAMP_MASK) == Videodev.BUF_FLAG_TIMESTAMP_MONOTONIC;
        Optional<Duration> timestamp = monotonic ? Optional.of(Duration.ofNanos(filled.timestampNanos())) : Optional.empty();
        Optional<Duration> latency = timestamp.map(taken -> Duration.ofNanos(System.nanoTime()).minus(taken));
        FrameOutcome outcome = FrameOutcome.of(format, slot.memory.buffers(), filled);
        return new V4l2Frame(this, slot, slot.memory.buffers().stream().map(DmaBuf::retain).toList(), new V4l2Frame.Facts(
                outcome.description(), number, sequence.gap(), timestamp, latency, outcome.damaged()));
    }

    /**
     * A user is done with a frame.
     *
     * @throws DmaBufException when the driver does not take its buffer
     */
    void giveBack(Slot slot) {
        DmaBufException failure = offer(slot);
        if (failure != null && !(failure instanceof BufferRevokedException)) {
            throw failure;
        }
    }

    /** Gives the driver the buffer of a place that is out, or another one in its stead; or says why it is idle now. */
    private DmaBufException offer(Slot slot) {
        BufferRenewal.Fresh fresh = isRunning() ? renewal.replacement(slot) : null;
        SlotMemory surplus = fresh == null ? null : fresh.memory();
        DmaBufException failure = null;
        DmaBufException ended = null;
        boolean renewed = false;
        synchronized (lock) {
            slot.state = Slot.State.IDLE;
            if (!closed && over == null) {
                int result = fresh == null ? -1 : queue.queue(slot.index, fresh.memory());
                if (result >= 0) {
                    surplus = slot.memory;
                    slot.memory = fresh.memory();
                    slot.round = fresh.round();
                    renewed = slots.stream().allMatch(each -> each.round >= fresh.round());
                } else if (fresh != null) {
                    renewal.refused(refusal(result, fresh.memory()));
                }
                if (result < 0 && slot.memory.state() == BufferState.REVOKED) {
                    failure = new BufferRevokedException("VIDIOC_QBUF", camera.device());
                } else if (result < 0) {
                    result = queue.queue(slot.index, slot.memory);
                    if (result == GONE) {
                        ended = end(Errno.ENODEV, "VIDIOC_QBUF");
                    } else if (result < 0) {
                        failure = refusal(result, slot.memory);
                    }
                }
                slot.state = result >= 0 ? Slot.State.QUEUED : Slot.State.IDLE;
            }
        }
        if (surplus != null) {
            surplus.close();
        }
        if (renewed) {
            tell(CaptureEvent.Kind.RENEGOTIATED, "all " + slots.size() + " buffers are now of " + fresh.memory().origin());
        }
        if (ended != null) {
            tell(CaptureEvent.Kind.ENDED, ended.getMessage());
        }
        return failure;
    }

    private boolean isRunning() {
        synchronized (lock) {
            return !closed && over == null;
        }
    }

    private DmaBufException refusal(int result, SlotMemory memory) {
        Errno errno = Errno.ofResult(result);
        return node.failure(errno, "VIDIOC_QBUF", "", QueueRefusal.of(errno, format.bufferSizes(), memory.buffers()));
    }

    /**
     * Tries the places again whose buffers the driver did not take.
     *
     * @throws DmaBufException when there is no other place left, so that no frame would ever come
     */
    private void queueIdle() {
        List<Slot> idle = new ArrayList<>();
        synchronized (lock) {
            checkRuns();
            for (Slot slot : slots) {
                if (slot.state == Slot.State.IDLE) {
                    slot.state = Slot.State.OUT;
                    idle.add(slot);
                }
            }
        }
        DmaBufException failure = null;
        for (Slot slot : idle) {
            DmaBufException refused = offer(slot);
            failure = refused == null ? failure : refused;
        }
        synchronized (lock) {
            if (failure != null && slots.stream().allMatch(slot -> slot.state == Slot.State.IDLE)) {
                throw failure;
            }
        }
    }

    /** Notes something that happened, and tells the listener. */
    void tell(CaptureEvent.Kind kind, String message) {
        CaptureEvent event;
        FrameDelivery listening;
        synchronized (lock) {
            event = new CaptureEvent(kind, sequence.last(), message);
            events.addLast(event);
            if (events.size() > MOST_EVENTS) {
                events.removeFirst();
            }
            listening = delivery;
        }
        if (listening != null) {
            listening.tell(event);
        }
    }

    @Override
    public Subscription listen(CaptureListener listener) {
        FrameDelivery begun = new FrameDelivery(this, listener);
        synchronized (lock) {
            checkRuns();
            if (delivery != null) {
                throw new IllegalStateException(camera.device() + " has a listener already: close its subscription first");
            }
            delivery = begun;
        }
        begun.start();
        return begun;
    }

    /** A listener has gone. */
    void forget(FrameDelivery ended) {
        synchronized (lock) {
            if (delivery == ended) {
                delivery = null;
            }
        }
    }

    @Override
    public void renegotiate() {
        synchronized (lock) {
            if (closed) {
                throw cancelled();
            }
        }
        renewal.request(camera.device());
    }

    @Override
    public void close() {
        Wait ending;
        List<SlotMemory> memories;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            ending = wait;
            if (ending != null && !ending.watch.cancel()) {
                ending = null; // Its outcome is there, or is this moment.
            }
            queue.stop();
            node.close();
            memories = slots.stream().map(slot -> slot.memory).toList();
        }
        memories.forEach(SlotMemory::close);
        if (ending != null) {
            ending.ended(cancelled());
        }
        whenClosed.accept(this);
    }

    /** Names camera and format, for messages. */
    @Override
    public String toString() {
        return camera + ": " + format;
    }
}
