package dmabuf.share;

import dmabuf.api.DmaBuf;
import dmabuf.fd.Fd;
import dmabuf.linux.Deadline;
import dmabuf.linux.PeerCredentials;
import dmabuf.linux.SocketMessage;
import dmabuf.linux.SocketSyscalls;
import dmabuf.linux.UnixSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A buffer that is to be handed to other processes: what is said about it, and to whom it may go. Immutable; start from {@link #of}, and
 * end with {@link #listen} or {@link #giveTo}.
 *
 * <p>Handing over duplicates: the giver keeps its buffer, both sides see the same memory, and it lives until the last of them lets go. A
 * policy that permits reading only is a request, not a fence: who holds a descriptor may do with it whatever the descriptor permits.
 *
 * <p>The buffer is only looked at, and must be open when one of the two is called.
 */
public final class BufferOffer {

    private static final System.Logger LOG = System.getLogger(BufferOffer.class.getName());

    /** How long a taker may be silent, unless {@link #within} says otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    private final DmaBuf buffer;
    private final BufferDescription description;
    private final Predicate<? super PeerCredentials> allowed;
    private final Duration timeout;
    private final Consumer<? super RuntimeException> failures;

    private BufferOffer(DmaBuf buffer, BufferDescription description, Predicate<? super PeerCredentials> allowed, Duration timeout,
            Consumer<? super RuntimeException> failures) {
        this.buffer = buffer;
        this.description = description;
        this.allowed = allowed;
        this.timeout = timeout;
        this.failures = failures;
    }

    /**
     * Offers a buffer to the same user's processes, described as it describes itself.
     *
     * @param buffer the buffer
     * @return the offer
     */
    public static BufferOffer of(DmaBuf buffer) {
        return new BufferOffer(buffer, BufferDescription.of(buffer).build(), Peers.sameUserOrRoot(), DEFAULT_TIMEOUT,
                failure -> LOG.log(System.Logger.Level.WARNING, "a buffer was not handed over: {0}", failure.getMessage()));
    }

    /**
     * Says more about the buffer.
     *
     * @param newDescription what the taker is told
     * @return an offer that differs in its description only
     * @throws IllegalArgumentException when it describes a buffer of another size
     */
    public BufferOffer describedAs(BufferDescription newDescription) {
        if (newDescription.size() != buffer.size()) {
            throw new IllegalArgumentException("the buffer has " + buffer.size() + " bytes, described are " + newDescription.size());
        }
        return new BufferOffer(buffer, newDescription, allowed, timeout, failures);
    }

    /**
     * Says to whom the buffer may go.
     *
     * @param newAllowed is asked about each taker, on the thread that serves it
     * @return an offer that differs in this only
     */
    public BufferOffer toPeers(Predicate<? super PeerCredentials> newAllowed) {
        return new BufferOffer(buffer, description, Objects.requireNonNull(newAllowed, "newAllowed"), timeout, failures);
    }

    /**
     * Says how long a taker may take, from its coming to its acknowledgement.
     *
     * @param newTimeout the time for one taker
     * @return an offer that differs in this only
     */
    public BufferOffer within(Duration newTimeout) {
        return new BufferOffer(buffer, description, allowed, Objects.requireNonNull(newTimeout, "newTimeout"), failures);
    }

    /**
     * Says who hears of takers that came and went without the buffer, instead of the log.
     *
     * @param newFailures is told each failure, on the thread that serves
     * @return an offer that differs in this only
     */
    public BufferOffer reportingTo(Consumer<? super RuntimeException> newFailures) {
        return new BufferOffer(buffer, description, allowed, timeout, Objects.requireNonNull(newFailures, "newFailures"));
    }

    /**
     * Listens for takers. The server has a handle of its own on the buffer.
     *
     * @param path where; see {@link dmabuf.linux.UnixListener#bind} for what becomes of a path that is taken
     * @return the server, which the caller closes
     * @throws dmabuf.api.DmaBufException as {@link dmabuf.linux.UnixListener#bind} says; E2BIG when a simulated buffer has more memfds or
     *     pieces than one message carries
     * @throws dmabuf.api.BufferClosedException EBADF, when the buffer is closed
     */
    public BufferServer listen(Path path) {
        return listen(SocketSyscalls.linux(), path);
    }

    /** Listens by way of other calls. */
    BufferServer listen(SocketSyscalls sockets, Path path) {
        try (Fd fd = buffer.fd()) {
            // What cannot be packed is said now, and not to the first taker.
            Parcel.pack(fd, description);
        }
        return BufferServer.start(this, sockets, path);
    }

    /**
     * Hands the buffer over on a connection that is there already, and waits for the acknowledgement.
     *
     * @param taker the connection; stays the caller's
     * @return who took it
     * @throws dmabuf.api.DmaBufException EACCES when the taker is not allowed to; EPIPE when it hung up; ETIMEDOUT when it is silent;
     *     EPROTO when it does not keep to the protocol; E2BIG as {@link #listen} says; otherwise what the taker gives as its reason to
     *     refuse
     * @throws dmabuf.api.BufferClosedException EBADF, when the buffer is closed
     */
    public PeerCredentials giveTo(UnixSocket taker) {
        try (Fd fd = buffer.fd()) {
            return give(Parcel.pack(fd, description), taker, Deadline.in(timeout));
        }
    }

    /** Hands over what is packed already, with no other failures than those of the taker and the connection. */
    PeerCredentials give(Parcel parcel, UnixSocket taker, Deadline deadline) {
        Conversation conversation = new Conversation(taker, allowed, deadline, "give");
        conversation.send(parcel.offer().encode(), parcel.descriptors());
        try (SocketMessage answer = conversation.receive()) {
            Status status = conversation.status(answer);
            if (status.errno() != 0) {
                throw conversation.refused(status);
            }
            return conversation.peer();
        }
    }

    DmaBuf buffer() {
        return buffer;
    }

    /** Gives the same offer of another handle. */
    BufferOffer with(DmaBuf handle) {
        return new BufferOffer(handle, description, allowed, timeout, failures);
    }

    BufferDescription description() {
        return description;
    }

    Duration timeout() {
        return timeout;
    }

    void report(RuntimeException failure) {
        failures.accept(failure);
    }

    /** Describes the buffer, for messages. */
    @Override
    public String toString() {
        return description.toString();
    }
}
