package dmabuf.share;

import dmabuf.api.DmaBuf;
import dmabuf.core.CoreDmaBufs;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Deadline;
import dmabuf.linux.SocketMessage;
import dmabuf.linux.UnixListener;
import dmabuf.linux.UnixSocket;
import dmabuf.sim.SimulatedKernel;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The other process of a hand-over, which goes up to a step, says so, and then does nothing more: it waits to be killed. Arguments: who it
 * is, where, and the step.
 */
final class DyingPeer {

    /** The steps of a taker. */
    enum Taker { CONNECTED, RECEIVED, IMPORTED, REFUSED, ACKNOWLEDGED }

    /** The steps of a giver. */
    enum Giver { LISTENING, ACCEPTED, SENT, ANSWERED }

    private DyingPeer() {}

    public static void main(String[] arguments) throws IOException {
        Path path = Path.of(arguments[1]);
        try (SimulatedKernel kernel = new SimulatedKernel(); CoreDmaBufs buffers = new CoreDmaBufs()) {
            if (arguments[0].equals("taker")) {
                take(path, Taker.valueOf(arguments[2]), kernel, buffers);
            } else {
                give(path, Giver.valueOf(arguments[2]), kernel, buffers);
            }
        }
    }

    private static void reached(Enum<?> step, Enum<?> last) throws IOException {
        if (step == last) {
            System.out.println(step);
            System.in.read(); // Until killed.
        }
    }

    private static void take(Path path, Taker last, SimulatedKernel kernel, CoreDmaBufs buffers) throws IOException {
        try (UnixSocket giver = UnixSocket.connect(path, Bench.LONG)) {
            reached(Taker.CONNECTED, last);
            if (last == Taker.ACKNOWLEDGED) {
                try (ReceivedBuffer received = BufferTaker.into(buffers).simulatedBy(kernel).takeFrom(giver)) {
                    received.buffer().mmap();
                    reached(Taker.ACKNOWLEDGED, last);
                }
            }
            try (SocketMessage message = giver.receive(Wire.MAX_MESSAGE, Deadline.in(Bench.LONG))) {
                reached(Taker.RECEIVED, last);
                if (last == Taker.REFUSED) {
                    giver.send(Status.refused(Errno.ENOMEM).encode(), Deadline.in(Bench.LONG));
                    reached(Taker.REFUSED, last);
                }
                try (DmaBuf buffer = buffers.importFd(message.take(1))) {
                    buffer.mmap();
                    reached(Taker.IMPORTED, last);
                }
            }
        }
    }

    private static void give(Path path, Giver last, SimulatedKernel kernel, CoreDmaBufs buffers) throws IOException {
        try (UnixListener listener = UnixListener.bind(path); DmaBuf buffer = Bench.simulated(kernel, buffers, 2)) {
            reached(Giver.LISTENING, last);
            System.out.println("bound");
            try (UnixSocket taker = listener.accept(Deadline.in(Bench.LONG)); Fd fd = buffer.fd()) {
                reached(Giver.ACCEPTED, last);
                Parcel parcel = Parcel.pack(fd, BufferDescription.of(buffer).build());
                taker.send(parcel.offer().encode(), parcel.descriptors(), Deadline.in(Bench.LONG));
                reached(Giver.SENT, last);
                taker.receive(Wire.MAX_MESSAGE, Deadline.in(Bench.LONG)).close();
                reached(Giver.ANSWERED, last);
            }
        }
    }
}
