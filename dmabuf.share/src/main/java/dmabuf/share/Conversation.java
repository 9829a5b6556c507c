package dmabuf.share;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.linux.Deadline;
import dmabuf.linux.PeerCredentials;
import dmabuf.linux.SocketMessage;
import dmabuf.linux.UnixSocket;
import java.util.Optional;
import java.util.function.Predicate;

/** What giver and taker have in common: one connection, one peer, one deadline. */
final class Conversation {

    private static final System.Logger LOG = System.getLogger(Conversation.class.getName());

    private final UnixSocket socket;
    private final PeerCredentials peer;
    private final Deadline deadline;
    private final String operation;

    /** Begins to speak, or refuses to. */
    Conversation(UnixSocket socket, Predicate<? super PeerCredentials> allowed, Deadline deadline, String operation) {
        this.socket = socket;
        this.peer = socket.peer();
        this.deadline = deadline;
        this.operation = operation;
        if (!allowed.test(peer)) {
            DmaBufException refusal = failure(Errno.EACCES, "this process shares no buffers with that user");
            refuse(refusal.errno());
            throw refusal;
        }
    }

    PeerCredentials peer() {
        return peer;
    }

    void send(byte[] message, int[] descriptors) {
        try {
            socket.send(message, descriptors, deadline);
        } catch (DmaBufException e) {
            // Whoever refuses and goes has said why before.
            throw hungUp(e) ? finalStatus().map(this::refused).orElseGet(() -> failure(Errno.EPIPE, "the peer hung up")) : e;
        }
    }

    private static boolean hungUp(DmaBufException e) {
        return e.errno() == Errno.EPIPE || e.errno() == Errno.ECONNRESET;
    }

    private Optional<Status> finalStatus() {
        try (SocketMessage message = socket.receive(Wire.MAX_MESSAGE, deadline)) {
            return Status.isStatus(message.bytes()) ? Optional.of(status(message)) : Optional.empty();
        } catch (DmaBufException e) {
            LOG.log(System.Logger.Level.DEBUG, "no last word from {0}: {1}", peer, e.getMessage());
            return Optional.empty();
        }
    }

    /** Gives the next message, which is not empty; the caller closes it. */
    SocketMessage receive() {
        SocketMessage message;
        try {
            message = socket.receive(Wire.MAX_MESSAGE, deadline);
        } catch (DmaBufException e) {
            if (hungUp(e)) {
                throw failure(Errno.EPIPE, "the peer hung up");
            }
            refuse(e.errno());
            throw e;
        }
        if (message.bytes().length == 0) {
            message.close();
            throw failure(Errno.EPIPE, "the peer hung up");
        }
        return message;
    }

    Offer offer(SocketMessage message) {
        try {
            return new OfferReader(message.bytes(), message.descriptors()).read();
        } catch (MalformedMessageException e) {
            throw failure(e.errno(), e.getMessage());
        }
    }

    Status status(SocketMessage message) {
        try {
            return Status.decode(message.bytes());
        } catch (MalformedMessageException e) {
            throw failure(e.errno(), e.getMessage());
        }
    }

    void acknowledge() {
        tell(Status.taken());
    }

    void refuse(Errno why) {
        tell(Status.refused(why));
    }

    /** The last word: what can no longer be heard need not be said, and nothing depends on it here. */
    private void tell(Status status) {
        try {
            socket.send(status.encode(), deadline);
        } catch (DmaBufException e) {
            LOG.log(System.Logger.Level.DEBUG, "{0} did not hear {1}: {2}", peer, status, e.getMessage());
        }
    }

    DmaBufException refused(Status status) {
        String versions = status.version() == Wire.VERSION
                ? ""
                : " (it speaks version " + status.version() + " of the protocol, this side version " + Wire.VERSION + ")";
        // An error that this side has no name for must not look like success.
        Errno errno = status.error() == Errno.UNLISTED ? Errno.EPROTO : status.error();
        return failure(errno, "refused by the peer with error " + status.errno() + versions);
    }

    DmaBufException failure(Errno errno, String why) {
        return new DmaBufException(errno, operation, peer.toString(), why);
    }
}
