package importer.v4l2;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.linux.FdWaiter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** The streams that are open, and who waits for all of them. Closing it closes them. Thread-safe. */
final class OpenStreams implements AutoCloseable {

    private final FdWaiter waiter = new FdWaiter("dmabuf-cameras");
    private final Set<V4l2Stream> open = new HashSet<>();
    private boolean closed;

    /**
     * Starts a stream.
     *
     * @throws DmaBufException ECANCELED after {@link #close}
     */
    V4l2Stream add(Function<FdWaiter, V4l2Stream> start) {
        V4l2Stream stream = start.apply(waiter);
        synchronized (this) {
            if (!closed) {
                open.add(stream);
                return stream;
            }
        }
        stream.close();
        throw new DmaBufException(Errno.ECANCELED, "open", stream.camera().device(),
                "importer.v4l2 has stopped; use the camera that is there now");
    }

    synchronized void remove(V4l2Stream stream) {
        open.remove(stream);
    }

    @Override
    public void close() {
        List<V4l2Stream> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(open);
        }
        left.forEach(V4l2Stream::close);
        waiter.close();
    }
}
