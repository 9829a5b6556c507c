package dmabuf.share;

import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Deadline;
import dmabuf.linux.PeerCredentials;
import dmabuf.linux.SocketSyscalls;
import dmabuf.linux.UnixListener;
import dmabuf.linux.UnixSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands at a socket and hands a buffer to whoever comes and is allowed to have it.
 *
 * <p>Has no thread of its own: takers are served by the threads that call {@link #serveOne}, one taker at a time each. After close the
 * socket file is gone and the buffer is released; takers keep what they have.
 *
 * <p>Thread-safe. {@link #close} may be called from any thread, a shutdown hook say, and wakes those that serve; interrupting them does
 * not.
 */
public final class BufferServer implements AutoCloseable {

    private final BufferOffer offer;
    private final UnixListener listener;
    private final Set<UnixSocket> takers = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private BufferServer(BufferOffer offer, UnixListener listener) {
        this.offer = offer;
        this.listener = listener;
    }

    /** Takes a handle on the buffer first, so that a failure leaves no socket behind. */
    static BufferServer start(BufferOffer offer, SocketSyscalls sockets, Path path) {
        DmaBuf handle = offer.buffer().retain();
        try {
            return new BufferServer(offer.with(handle), UnixListener.bind(sockets, path));
        } catch (RuntimeException e) {
            handle.close();
            throw e;
        }
    }

    /**
     * Waits until somebody has taken the buffer, for as long as that takes.
     *
     * @return who took it
     * @throws DmaBufException as {@link #serveOne(Duration)} says, save ETIMEDOUT
     */
    public PeerCredentials serveOne() {
        return serve(Deadline.never());
    }

    /**
     * Waits until somebody has taken the buffer. Who comes and goes without it, is not allowed to have it, is silent for too long, or does
     * not keep to the protocol, is reported and does not count.
     *
     * @param patience how long at most, also for the one who is being served when the time is up
     * @return who took it
     * @throws DmaBufException ETIMEDOUT when nobody did; ECANCELED when the server was closed meanwhile; EMFILE; EBADF, after close
     */
    public PeerCredentials serveOne(Duration patience) {
        return serve(Deadline.in(patience));
    }

    private PeerCredentials serve(Deadline deadline) {
        if (closed) {
            throw new DmaBufException(Errno.EBADF, "give", listener.path().toString(), "already closed");
        }
        try {
            PeerCredentials served = null;
            while (served == null) {
                served = serveNext(deadline);
            }
            return served;
        } catch (DmaBufException e) {
            // Closing takes the socket and the buffer away under this thread, so many things may have failed.
            throw closed ? cancelled() : e;
        }
    }

    /** Serves one taker; null when it went without the buffer. */
    private PeerCredentials serveNext(Deadline deadline) {
        try (UnixSocket taker = listener.accept(deadline)) {
            takers.add(taker);
            try (Fd fd = offer.buffer().fd()) {
                return attempt(Parcel.pack(fd, offer.description()), taker, deadline.orIn(offer.timeout()));
            } finally {
                takers.remove(taker);
            }
        }
    }

    private PeerCredentials attempt(Parcel parcel, UnixSocket taker, Deadline deadline) {
        try {
            return offer.give(parcel, taker, deadline);
        } catch (DmaBufException e) {
            if (closed) {
                throw e;
            }
            offer.report(e);
            return null;
        }
    }

    private DmaBufException cancelled() {
        return new DmaBufException(Errno.ECANCELED, "give", listener.path().toString(), "closed while serving");
    }

    /**
     * Tells where takers find it.
     *
     * @return the path as it was given
     */
    public Path path() {
        return listener.path();
    }

    /** Stops serving: removes the socket file, wakes who serves, releases the buffer. The second and later calls do nothing. */
    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } finally {
            takers.forEach(UnixSocket::close);
            offer.buffer().close();
        }
    }

    /** Names the path and the buffer, for messages. */
    @Override
    public String toString() {
        return listener.path() + ": " + offer;
    }
}
