package dmabuf.bench.process;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.Mapping;
import dmabuf.api.MmapRequest;
import dmabuf.core.CoreDmaBufs;
import dmabuf.linux.UnixSocket;
import dmabuf.share.BufferTaker;
import dmabuf.share.ReceivedBuffer;
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

/** The process that {@link HandOver} hands frames to. Answers each with its first byte, and then with the sum of all. */
public final class HandOverTaker {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private HandOverTaker() {}

    /** Takes frames until nobody listens any more. */
    public static void main(String[] arguments) throws IOException {
        Path path = Path.of(arguments[1]);
        try (DataOutputStream out = new DataOutputStream(new FileOutputStream(FileDescriptor.out))) {
            if (arguments[0].equals("share")) {
                take(path, out);
            } else {
                receive(path, Integer.parseInt(arguments[2]), out);
            }
        }
    }

    private static void take(Path path, DataOutputStream out) throws IOException {
        try (CoreDmaBufs buffers = new CoreDmaBufs();
                UnixSocket connection = UnixSocket.connect(path, PATIENCE)) {
            BufferTaker taker = BufferTaker.into(buffers).within(PATIENCE);
            while (true) {
                try (ReceivedBuffer received = taker.takeFrom(connection);
                        Mapping mapping = received.buffer().mmap(MmapRequest.whole().access(Access.READ).confined());
                        CpuAccess access = mapping.cpuAccess(Access.READ)) {
                    answer(access.segment(), out);
                }
            }
        }
    }

    private static void receive(Path path, int size, DataOutputStream out) throws IOException {
        try (SocketChannel connection = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            ByteBuffer frame = ByteBuffer.allocateDirect(size);
            while (true) {
                frame.clear();
                while (frame.hasRemaining()) {
                    if (connection.read(frame) < 0) {
                        return;
                    }
                }
                answer(MemorySegment.ofBuffer(frame.flip()), out);
            }
        }
    }

    private static void answer(MemorySegment frame, DataOutputStream out) throws IOException {
        out.writeByte(frame.get(ValueLayout.JAVA_BYTE, 0));
        out.flush();
        long sum = 0;
        for (long i = 0; i < frame.byteSize(); i++) {
            sum += frame.get(ValueLayout.JAVA_BYTE, i) & 0xff;
        }
        out.writeLong(sum);
        out.flush();
    }
}
