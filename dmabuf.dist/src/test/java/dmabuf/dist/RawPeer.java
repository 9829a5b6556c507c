package dmabuf.dist;

import dmabuf.linux.Deadline;
import dmabuf.linux.UnixListener;
import dmabuf.linux.UnixSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The other side of a socket, that does not keep to the protocol. */
final class RawPeer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final UnixListener listener;

    private RawPeer(UnixListener listener) {
        this.listener = listener;
    }

    static RawPeer listen(Path socket) {
        return new RawPeer(UnixListener.bind(socket));
    }

    /** Says this to the next one who comes, in the background, and hangs up. */
    void answer(byte[] bytes) {
        CompletableFuture.runAsync(() -> {
            try (UnixSocket taker = listener.accept(Deadline.in(PATIENCE))) {
                if (bytes.length > 0) {
                    taker.send(bytes, Deadline.in(PATIENCE));
                    // Until the other side has heard it and gone.
                    taker.receive(4096, Deadline.in(PATIENCE)).close();
                }
            }
        });
    }

    static void connectAndHangUp(Path socket) {
        UnixSocket.connect(socket, PATIENCE).close();
    }

    static void connectAndSay(Path socket, byte[] bytes) {
        try (UnixSocket peer = UnixSocket.connect(socket, PATIENCE)) {
            peer.send(bytes, Deadline.in(PATIENCE));
        }
    }

    @Override
    public void close() {
        listener.close();
    }
}
