package dmabuf.soak;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBufException;
import dmabuf.api.DmaBufs;
import dmabuf.api.Mapping;
import dmabuf.fd.Errno;
import dmabuf.linux.Deadline;
import dmabuf.linux.Syscalls;
import dmabuf.linux.UnixSocket;
import dmabuf.share.BufferTaker;
import dmabuf.share.ReceivedBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * The other process's part: takes one buffer after the other, checks every byte, writes its own pattern over it, and answers how many bytes
 * were wrong, until the giver hangs up.
 *
 * <p>Thread-safe, and stateless between buffers.
 */
public final class Checker {

    /** Longer than the giver is ever silent: it takes its time for the collector before it hangs up. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final BufferTaker taker;

    /**
     * Prepares.
     *
     * @param buffers where buffers are imported
     * @param simulation the simulated kernel, which puts simulated ones together
     */
    public Checker(DmaBufs buffers, Syscalls simulation) {
        this(BufferTaker.into(buffers).simulatedBy(simulation));
    }

    Checker(BufferTaker taker) {
        this.taker = taker.within(PATIENCE);
    }

    /**
     * Works on several connections at once, a thread each, until each is hung up.
     *
     * @param socket where the giver listens
     * @param connections how many
     * @throws DmaBufException when a buffer could not be taken, mapped or answered for
     */
    public void serve(Path socket, int connections) {
        try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
            List<CompletableFuture<Void>> ends = IntStream.range(0, connections)
                    .mapToObj(number -> CompletableFuture.runAsync(() -> connect(socket), threads))
                    .toList();
            ends.forEach(CompletableFuture::join);
        }
    }

    private void connect(Path socket) {
        try (UnixSocket giver = UnixSocket.connect(socket, PATIENCE)) {
            serve(giver);
        }
    }

    /** Works on one connection until it is hung up. */
    void serve(UnixSocket giver) {
        while (answerNext(giver)) {
            // One buffer after the other.
        }
    }

    private boolean answerNext(UnixSocket giver) {
        try (ReceivedBuffer received = taker.takeFrom(giver);
                Mapping mapping = received.buffer().mmap()) {
            long seed = Question.receive(giver, Deadline.in(PATIENCE));
            long wrong = check(mapping, seed);
            Question.send(giver, wrong, Deadline.in(PATIENCE));
            return true;
        } catch (DmaBufException e) {
            if (e.errno() == Errno.EPIPE || e.errno() == Errno.ECONNRESET) {
                return false;
            }
            throw e;
        }
    }

    private static long check(Mapping mapping, long seed) {
        long wrong;
        try (CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
            wrong = WordPattern.wrongBytes(cpu.segment(), seed);
        }
        try (CpuAccess cpu = mapping.cpuAccess(Access.WRITE)) {
            WordPattern.fill(cpu.segment(), reply(seed));
        }
        return wrong;
    }

    /** The seed of what the other process writes over what it was given. */
    static long reply(long seed) {
        return ~seed;
    }
}
