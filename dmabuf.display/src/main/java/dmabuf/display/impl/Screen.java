package dmabuf.display.impl;

import dmabuf.api.BufferSource;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.Subscription;
import dmabuf.display.CursorMode;
import dmabuf.display.Display;
import dmabuf.display.DisplayFrame;
import dmabuf.display.DisplayListener;
import dmabuf.display.DisplayPicture;
import dmabuf.display.DisplayPlane;
import dmabuf.display.DisplayState;
import dmabuf.display.PlaneInfo;
import dmabuf.display.spi.DisplaySource;
import dmabuf.display.spi.PlaneState;
import dmabuf.fd.Errno;
import dmabuf.fd.KernelKind;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * A screen, as long as anybody holds it. What it asks comes and goes; nothing of the exporter is kept beyond that. Thread-safe, without a
 * lock.
 */
final class Screen implements Display {

    /** How often a plane may show something else while it is being exported. */
    private static final int ATTEMPTS = 4;

    private final ScreenKey key;
    private final Publication publication;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

    private volatile String name;
    private volatile DisplaySource source;
    private volatile BufferSource buffers;
    private volatile boolean closed;

    /** @param register makes a screen a service, and gives what withdraws it again */
    Screen(ScreenKey key, Function<Screen, Runnable> register) {
        this.key = key;
        this.publication = new Publication(this, register);
    }

    /** Registers or unregisters the service, as the screen is there or not. */
    void publish() {
        publication.update();
    }

    ScreenKey key() {
        return key;
    }

    void source(DisplaySource newSource) {
        source = newSource;
    }

    void name(String newName) {
        name = newName;
    }

    DisplaySource source() {
        return source;
    }

    void buffers(BufferSource newBuffers) {
        buffers = newBuffers;
    }

    BufferSource buffers() {
        return buffers;
    }

    /** Whether all is there that a screen takes. */
    boolean isPresent() {
        return source != null && buffers != null && !closed;
    }

    /** Nobody follows it any more, and it is gone for good. */
    void close() {
        closed = true;
        source = null;
        buffers = null;
        watches.forEach(Watch::close);
    }

    @Override
    public String device() {
        return key.device();
    }

    @Override
    public String name() {
        return name == null ? key.device() : name;
    }

    @Override
    public KernelKind kernel() {
        return key.kernel();
    }

    @Override
    public DisplayState state() {
        try {
            Optional<PlaneInfo> primary = query(DisplayPlane.PRIMARY).map(PlaneState::info);
            DisplayState.Condition condition = primary.isPresent() ? DisplayState.Condition.ON : DisplayState.Condition.OFF;
            try {
                return new DisplayState(condition, primary, query(DisplayPlane.CURSOR).map(PlaneState::info), "");
            } catch (DmaBufException e) {
                if (e.errno() == Errno.ENODEV) {
                    throw e;
                }
                return new DisplayState(condition, primary, Optional.empty(), "cursor: " + e.getMessage());
            }
        } catch (DmaBufException e) {
            return e.errno() == Errno.ENODEV
                    ? DisplayState.GONE
                    : new DisplayState(DisplayState.Condition.UNREADABLE, Optional.empty(), Optional.empty(), e.getMessage());
        }
    }

    private Optional<PlaneState> query(DisplayPlane plane) {
        DisplaySource asked = source;
        if (asked == null) {
            throw new ExporterGoneException(key.toString());
        }
        try {
            return asked.query(plane);
        } catch (DmaBufException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            // Its classes are not the caller's to know.
            throw new DmaBufException(Errno.EIO, "query", key.toString(), "the exporter is at fault: it threw " + e);
        }
    }

    @Override
    public Optional<DisplayFrame> frame(DisplayPlane plane) {
        Objects.requireNonNull(plane, "plane");
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<PlaneState> shown = query(plane);
            if (shown.isEmpty()) {
                return Optional.empty();
            }
            try {
                return Optional.of(export(shown.get()));
            } catch (DmaBufException e) {
                if (e.errno() != Errno.ENOENT) {
                    throw e;
                }
                // The plane shows another framebuffer by now, or none.
            }
        }
        throw new DmaBufException(
                Errno.EAGAIN, "frame", key + ", " + plane.word(), "it shows something else each time that it is asked for");
    }

    private DisplayFrame export(PlaneState shown) {
        BufferSource asked = buffers;
        if (asked == null) {
            throw new ExporterGoneException(key.toString());
        }
        DmaBuf buffer = asked.export(shown.request());
        boolean fits = false;
        try {
            shown.info().frame().requireFits(buffer.size());
            fits = true;
            return new DisplayFrame(shown.info(), buffer);
        } catch (IllegalArgumentException e) {
            throw new DmaBufException(Errno.EIO, "frame", key + ", " + shown.info().plane().word(), e.getMessage());
        } finally {
            if (!fits) {
                buffer.close();
            }
        }
    }

    @Override
    public Optional<DisplayPicture> capture(CursorMode cursor) {
        Objects.requireNonNull(cursor, "cursor");
        return Capture.of(this, cursor);
    }

    @Override
    public Subscription listen(Duration interval, DisplayListener listener) {
        Objects.requireNonNull(listener, "listener");
        Duration least = interval.compareTo(SHORTEST_INTERVAL) < 0 ? SHORTEST_INTERVAL : interval;
        Watch watch = new Watch(this, least, listener, watches::remove);
        watches.add(watch);
        watch.start();
        if (closed) {
            watch.close();
        }
        return watch;
    }

    /** Names the screen in messages. */
    @Override
    public String toString() {
        return "screen of " + key;
    }
}
