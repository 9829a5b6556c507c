package dmabuf.bench.process;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.Mapping;
import dmabuf.api.MmapRequest;
import dmabuf.core.CoreDmaBufs;
import dmabuf.linux.UnixSocket;
import dmabuf.share.BufferTaker;
import dmabuf.share.ReceivedBuffer;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/** The process that {@link HandOver} hands frames to. Tells of each its first byte, when it has read that, and the sum of all. */
public final class HandOverTaker {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private HandOverTaker() {}

    /** Takes frames until nobody listens any more. */
    public static void main(String[] arguments) throws IOException {
        Path path = Path.of(arguments[1]);
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)))) {
            if (arguments[0].equals("share")) {
                take(path, out);
            } else {
                receive(path, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]), out);
            }
        }
    }

    private static void take(Path path, DataOutputStream out) throws IOException {
        try (CoreDmaBufs buffers = new CoreDmaBufs();
                UnixSocket connection = UnixSocket.connect(path, PATIENCE)) {
            BufferTaker taker = BufferTaker.into(buffers).within(PATIENCE);
            while (true) {
                Look look;
                try (ReceivedBuffer received = taker.takeFrom(connection);
                        Mapping mapping = received.buffer().mmap(MmapRequest.whole().access(Access.READ).confined());
                        CpuAccess access = mapping.cpuAccess(Access.READ)) {
                    look = Look.at(access.segment());
                }
                look.tell(out);
            }
        }
    }

    private static void receive(Path path, int size, int warmUps, DataOutputStream out) throws IOException {
        try (SocketChannel connection = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            ByteBuffer small = ByteBuffer.allocateDirect(HandOver.SMALL);
            for (int i = 0; i < warmUps; i++) {
                receive(connection, small, out);
            }
            ByteBuffer frame = ByteBuffer.allocateDirect(size);
            while (receive(connection, frame, out)) {}
        }
    }

    /** False when there is none any more. */
    private static boolean receive(SocketChannel connection, ByteBuffer frame, DataOutputStream out) throws IOException {
        frame.clear();
        while (frame.hasRemaining()) {
            if (connection.read(frame) < 0) {
                return false;
            }
        }
        Look.at(MemorySegment.ofBuffer(frame.flip())).tell(out);
        return true;
    }

    /**
     * What was seen of a frame.
     *
     * @param first its first byte
     * @param when that was read
     * @param sum of all of it
     */
    private record Look(byte first, long when, long sum) {

        static Look at(MemorySegment frame) {
            byte first = frame.get(ValueLayout.JAVA_BYTE, 0);
            long when = System.nanoTime();
            long sum = 0;
            for (long at = 0; at < frame.byteSize(); at += Long.BYTES) {
                sum += frame.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
            }
            return new Look(first, when, sum);
        }

        void tell(DataOutputStream out) throws IOException {
            out.writeByte(first);
            out.writeLong(when);
            out.writeLong(sum);
            out.flush();
        }
    }
}
