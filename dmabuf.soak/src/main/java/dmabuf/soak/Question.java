package dmabuf.soak;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.linux.Deadline;
import dmabuf.linux.SocketMessage;
import dmabuf.linux.UnixSocket;
import java.nio.ByteBuffer;

/** The one number that follows a buffer on its way to the other process (the seed of what is in it), and the one that comes back. */
final class Question {

    private Question() {}

    static void send(UnixSocket socket, long number, Deadline deadline) {
        socket.send(ByteBuffer.allocate(Long.BYTES).putLong(number).array(), deadline);
    }

    /** Waits for a number; EPIPE when the other side hung up. */
    static long receive(UnixSocket socket, Deadline deadline) {
        try (SocketMessage message = socket.receive(Long.BYTES, deadline)) {
            byte[] bytes = message.bytes();
            if (bytes.length != Long.BYTES) {
                throw new DmaBufException(bytes.length == 0 ? Errno.EPIPE : Errno.EPROTO, "recvmsg", socket.toString(),
                        bytes.length == 0 ? "the other process hung up" : "a number was expected");
            }
            return ByteBuffer.wrap(bytes).getLong();
        }
    }
}
