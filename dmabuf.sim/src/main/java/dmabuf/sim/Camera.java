package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.Posix;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * A camera: what it is set to, its queue of buffers, and the sensor, which takes a picture every so often and puts it into the next buffer
 * of the queue; where there is none, the picture is lost, and its number with it.
 *
 * <p>Everything is guarded by the camera's lock, as by the mutex of vivid's device. What ends other things' lives is done once the lock is
 * free.
 */
final class Camera {

    /** No answer yet: neither a result nor an errno. */
    static final int WAIT = Integer.MIN_VALUE;

    private final Object lock = new Object();
    private final SimulatedCamera kind;
    private final BufferFactory buffers;
    private final Descriptors descriptors;
    private final CameraClock clock;
    private final Vb2Queue queue;
    private final List<CaptureFormat> formats;
    private final Set<LevelPipe> pipes = new HashSet<>();
    private final List<Runnable> afterwards = new ArrayList<>();

    private CapturePicture picture;
    private CaptureSettings.Interval interval;
    private TestPattern pattern;
    private Future<?> ticking;
    private boolean clockHeld;
    private boolean dequeuing;
    private boolean nextFails;
    private int frames;
    private volatile boolean gone;
    private volatile int readiness;
    private volatile boolean decided;

    Camera(SimulatedCamera kind, BufferFactory buffers, Descriptors descriptors, NodeMappings<Backing> mappings, CameraClock clock) {
        this.kind = kind;
        this.buffers = buffers;
        this.descriptors = descriptors;
        this.clock = clock;
        this.formats = CaptureFormat.of(kind);
        this.queue = new Vb2Queue(this, buffers, mappings, kind == SimulatedCamera.CAMERA
                ? V4l2Uapi.BUF_TYPE_VIDEO_CAPTURE
                : V4l2Uapi.BUF_TYPE_VIDEO_CAPTURE_MPLANE);
        CaptureSettings.Size first = CaptureSettings.SIZES.get(1);
        this.picture = CaptureSettings.picture(formats.getFirst(), first.width(), first.height(), List.of());
        this.interval = CaptureSettings.firstInterval();
        this.readiness = queue.readiness();
    }

    SimulatedCamera kind() {
        return kind;
    }

    List<CaptureFormat> formats() {
        return formats;
    }

    Vb2Queue queue() {
        return queue;
    }

    Descriptors descriptors() {
        return descriptors;
    }

    /** What is to be done when the lock is free. To be touched with the lock held. */
    List<Runnable> afterwards() {
        return afterwards;
    }

    /** Runs something with the lock held, and then what that has left to do. An error is its errno. */
    int locked(IntSupplier call) {
        return (int) lockedLong(call::getAsInt);
    }

    long lockedLong(LongSupplier call) {
        List<Runnable> after;
        long result;
        synchronized (lock) {
            try {
                result = call.getAsLong();
            } catch (KernelError e) {
                result = e.result();
            }
            // Never the list that the next one adds to.
            after = List.copyOf(afterwards);
            afterwards.clear();
            tell();
        }
        after.forEach(Runnable::run);
        return result;
    }

    /** Lets everybody know who looks at the queue from outside. */
    private void tell() {
        readiness = queue.readiness();
        decided = queue.isDecided();
        boolean readable = queue.isStreaming() && decided;
        pipes.forEach(pipe -> pipe.set(readable));
        buffers.waits().wake();
    }

    /** Runs a DQBUF, which may have to wait for a picture. */
    int dequeue(IntSupplier call) {
        int result = locked(() -> {
            if (dequeuing) {
                throw new KernelError(Errno.EBUSY);
            }
            int first = call.getAsInt();
            dequeuing = first == WAIT;
            return first;
        });
        while (result == WAIT) {
            int waited = buffers.waits().until(() -> decided, Waits.NO_LIMIT);
            result = locked(() -> {
                int next = waited == Waits.INTERRUPTED ? waited : answer(call);
                dequeuing = next == WAIT;
                return next;
            });
        }
        return result;
    }

    private static int answer(IntSupplier call) {
        try {
            return call.getAsInt();
        } catch (KernelError e) {
            return e.result();
        }
    }

    /** A file is open whose descriptor shows whether there is a picture. */
    void opened(LevelPipe pipe) {
        KernelError.check(locked(() -> {
            if (gone) {
                return -Errno.ENODEV.number();
            }
            pipes.add(pipe);
            return 0;
        }));
    }

    /** A file is closed, and its buffers are given up. */
    void closed(Object file, LevelPipe pipe) {
        locked(() -> {
            if (queue.isOwner(file)) {
                queue.release();
            }
            pipes.remove(pipe);
            return 0;
        });
        pipe.hangUp();
    }

    /** {@code vb2_video_unregister_device}: the queue is given up, and nothing of the camera can be used any more. */
    void unplug() {
        List<LevelPipe> open = new ArrayList<>();
        locked(() -> {
            gone = true;
            queue.release();
            open.addAll(pipes);
            pipes.clear();
            return 0;
        });
        open.forEach(LevelPipe::hangUp);
        buffers.waits().wake();
    }

    boolean isGone() {
        return gone;
    }

    /** {@code v4l2_poll} and {@code vb2_poll}. */
    int poll(int events, int timeoutMillis) {
        int ready = ready(events);
        if (ready == 0 && timeoutMillis != 0) {
            int waited = buffers.waits().until(() -> ready(events) != 0, timeoutMillis);
            return waited == Waits.INTERRUPTED ? waited : ready(events);
        }
        return ready;
    }

    private int ready(int events) {
        if (gone) {
            return Posix.POLLERR | Posix.POLLHUP;
        }
        return (events & Posix.POLLIN) == 0 ? 0 : readiness;
    }

    CapturePicture picture() {
        return picture;
    }

    /** Sets format and size, which has to fit the buffers that there are. */
    void set(CapturePicture next) {
        if (queue.isBusy()) {
            throw new KernelError(Errno.EBUSY);
        }
        picture = next;
        pattern = null;
    }

    CaptureSettings.Interval interval() {
        return interval;
    }

    /** Sets how often a picture is taken, also while they are. */
    void set(CaptureSettings.Interval asked) {
        interval = CaptureSettings.interval(asked);
        if (ticking != null) {
            stopClock();
            startClock();
        }
    }

    /** {@code vid_cap_start_streaming}. */
    void startStreaming() {
        frames = 0;
        startClock();
    }

    /** {@code vid_cap_stop_streaming}. */
    void stopStreaming() {
        stopClock();
    }

    private void startClock() {
        if (!clockHeld) {
            ticking = clock.every(interval.nanos(), this::tick);
        }
    }

    private void stopClock() {
        if (ticking != null) {
            ticking.cancel(false);
            ticking = null;
        }
    }

    /** Stops or starts the sensor's own clock. */
    void holdClock(boolean held) {
        locked(() -> {
            clockHeld = held;
            stopClock();
            if (queue.isStreaming()) {
                startClock();
            }
            return 0;
        });
    }

    void failNext() {
        locked(() -> {
            nextFails = true;
            return 0;
        });
    }

    void breakDown() {
        locked(() -> {
            queue.breakDown();
            return 0;
        });
    }

    int frames() {
        return locked(() -> frames);
    }

    boolean isStreaming() {
        return locked(() -> queue.isStreaming() ? 1 : 0) != 0;
    }

    int queuedBuffers() {
        return locked(queue::queuedBuffers);
    }

    TestPattern currentPattern() {
        synchronized (lock) {
            return picture.pattern();
        }
    }

    /** Takes a picture: 1, or 0 when there was no buffer for it, or no stream. */
    int tick() {
        return locked(() -> {
            if (!queue.isStreaming()) {
                return 0;
            }
            int number = frames++;
            Vb2Buffer buffer = queue.nextToFill();
            if (buffer == null) {
                return 0;
            }
            draw(number, buffer);
            buffer.complete(number, System.nanoTime(), nextFails);
            nextFails = false;
            queue.filled(buffer);
            return 1;
        });
    }

    private void draw(int number, Vb2Buffer buffer) {
        if (pattern == null) {
            pattern = picture.pattern();
        }
        for (int plane = 0; plane < buffer.planes().size(); plane++) {
            int index = plane;
            int stride = picture.strides().get(plane);
            buffer.planes().get(plane).view().write(target -> pattern.draw(number, index, stride, target));
        }
    }
}
