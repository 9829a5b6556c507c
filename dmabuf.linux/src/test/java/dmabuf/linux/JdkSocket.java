package dmabuf.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;

/** Somebody else's Unix socket: the JDK's, of type SOCK_STREAM, whose file stays behind when it is closed. */
final class JdkSocket {

    static {
        // The JDK keeps a socket for itself from the first use on, which would look like a leak of whatever test comes first.
        try {
            ServerSocketChannel.open(StandardProtocolFamily.UNIX).close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JdkSocket() {}

    static void warmUp() {
        // The class is initialized now.
    }

    static ServerSocketChannel listen(Path path) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        channel.bind(UnixDomainSocketAddress.of(path));
        return channel;
    }
}
