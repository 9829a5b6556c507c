package dmabuf.share;

import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.DmaBufs;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Deadline;
import dmabuf.linux.PeerCredentials;
import dmabuf.linux.SharedExtents;
import dmabuf.linux.SocketMessage;
import dmabuf.linux.SocketSyscalls;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import dmabuf.linux.UnixSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Takes buffers that other processes hand over. Immutable; start from {@link #into}, and end with {@link #take} or {@link #takeFrom}.
 *
 * <p>Nothing that arrives is believed: every field is checked before it is used, and the descriptor must be a dma-buf, or a memfd that
 * nobody can truncate under the reader. On every failure all descriptors that came are closed, and the giver is told the reason.
 *
 * <p>Thread-safe.
 */
public final class BufferTaker {

    /** How long a giver may be silent, unless {@link #within} says otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    private final DmaBufs buffers;
    private final Syscalls simulation;
    private final Predicate<? super PeerCredentials> allowed;
    private final Duration timeout;
    private final SocketSyscalls sockets;

    private BufferTaker(DmaBufs buffers, Syscalls simulation, Predicate<? super PeerCredentials> allowed, Duration timeout,
            SocketSyscalls sockets) {
        this.buffers = buffers;
        this.simulation = simulation;
        this.allowed = allowed;
        this.timeout = timeout;
        this.sockets = sockets;
    }

    /**
     * Takes buffers from processes of the same user.
     *
     * @param buffers where they are imported
     * @return a taker of real buffers
     */
    public static BufferTaker into(DmaBufs buffers) {
        return new BufferTaker(Objects.requireNonNull(buffers, "buffers"), null, Peers.sameUserOrRoot(), DEFAULT_TIMEOUT,
                SocketSyscalls.linux());
    }

    /**
     * Takes simulated buffers as well.
     *
     * @param simulated the simulated kernel, the service with {@code dmabuf.kernel=simulated}, which puts them together
     * @return a taker that differs in this only
     * @throws IllegalArgumentException when that kernel has no {@link SharedExtents}
     */
    public BufferTaker simulatedBy(Syscalls simulated) {
        if (!(simulated instanceof SharedExtents)) {
            throw new IllegalArgumentException(simulated.getClass().getName() + " is no simulated kernel");
        }
        return new BufferTaker(buffers, simulated, allowed, timeout, sockets);
    }

    /**
     * Says from whom buffers are taken.
     *
     * @param newAllowed is asked about each giver
     * @return a taker that differs in this only
     */
    public BufferTaker fromPeers(Predicate<? super PeerCredentials> newAllowed) {
        return new BufferTaker(buffers, simulation, Objects.requireNonNull(newAllowed, "newAllowed"), timeout, sockets);
    }

    /**
     * Says how long all of it may take, from connecting on.
     *
     * @param newTimeout the time for one buffer
     * @return a taker that differs in this only
     */
    public BufferTaker within(Duration newTimeout) {
        return new BufferTaker(buffers, simulation, allowed, Objects.requireNonNull(newTimeout, "newTimeout"), sockets);
    }

    /** Connects by way of other calls. */
    BufferTaker through(SocketSyscalls newSockets) {
        return new BufferTaker(buffers, simulation, allowed, timeout, newSockets);
    }

    /**
     * Connects to a giver and takes the buffer.
     *
     * @param path where the giver listens
     * @return the buffer, which the caller closes
     * @throws DmaBufException as {@link UnixSocket#connect} and {@link #takeFrom} say
     */
    public ReceivedBuffer take(Path path) {
        Deadline deadline = Deadline.in(timeout);
        try (UnixSocket giver = UnixSocket.connect(sockets, path, timeout)) {
            return takeFrom(giver, deadline);
        }
    }

    /**
     * Takes the buffer on a connection that is there already, and acknowledges it.
     *
     * @param giver the connection; stays the caller's
     * @return the buffer, which the caller closes
     * @throws DmaBufException EACCES when the giver is not one to take from; EPIPE when it hung up; ETIMEDOUT when it is silent; EPROTO
     *     when it does not keep to the protocol; EPROTONOSUPPORT when it speaks another version; ENODEV when the buffer is simulated and
     *     no simulated kernel was given; EINVAL when the descriptor is neither a dma-buf nor sealed against shrinking; EBADFD or EINVAL
     *     when the parts of a simulated buffer do not fit together; otherwise what the giver gives as its reason to refuse. Nothing is
     *     left open
     */
    public ReceivedBuffer takeFrom(UnixSocket giver) {
        return takeFrom(giver, Deadline.in(timeout));
    }

    private ReceivedBuffer takeFrom(UnixSocket giver, Deadline deadline) {
        Conversation conversation = new Conversation(giver, allowed, deadline, "take");
        try (SocketMessage message = conversation.receive()) {
            if (Status.isStatus(message.bytes())) {
                throw conversation.refused(conversation.status(message));
            }
            ReceivedBuffer received = unpack(message, conversation);
            conversation.acknowledge();
            return received;
        }
    }

    private ReceivedBuffer unpack(SocketMessage message, Conversation conversation) {
        Errno failure = Errno.EIO;
        try {
            Offer offer = conversation.offer(message);
            Fd fd = offer.simulated() ? assemble(offer, message, conversation) : message.take(0);
            DmaBuf buffer = buffers.importFd(fd, offer.description().policy());
            ReceivedBuffer received =
                    new ReceivedBuffer(buffer, offer.description(), conversation.peer(), offer.simulated());
            check(received, conversation);
            failure = null;
            return received;
        } catch (DmaBufException e) {
            failure = e.errno();
            throw e;
        } finally {
            if (failure != null) {
                conversation.refuse(failure);
            }
        }
    }

    private Fd assemble(Offer offer, SocketMessage message, Conversation conversation) {
        if (simulation == null) {
            throw conversation.failure(Errno.ENODEV,
                    "the buffer is simulated, and no simulated kernel is deployed here; deploy dmabuf.sim to take it");
        }
        List<SharedExtents.Extent> extents = offer.extents().stream()
                .map(extent -> new SharedExtents.Extent(message.descriptor(extent.memfd()).number(), extent.offset(), extent.length()))
                .toList();
        Fd token = message.descriptor(0);
        int assembled = ((SharedExtents) simulation)
                .assemble(new SharedExtents.Parts(token.number(), offer.description().size(), extents));
        SyscallResult.check(assembled, "assemble", offer.description() + " of " + extents.size() + " pieces");
        message.take(0).release();
        return Fd.adopt(assembled, simulation);
    }

    /** What only the buffer itself can tell. */
    private static void check(ReceivedBuffer received, Conversation conversation) {
        try {
            long announced = received.description().size();
            long found = received.buffer().size();
            if (found != announced) {
                throw conversation.failure(Errno.EPROTO, "the buffer has " + found + " bytes, announced were " + announced);
            }
            if (!received.description().name().isEmpty()) {
                received.buffer().rename(received.description().name());
            }
        } catch (RuntimeException e) {
            received.close();
            throw e;
        }
    }
}
