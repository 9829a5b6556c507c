package dmabuf.bench.process;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.Mapping;
import dmabuf.bench.JvmProbe;
import dmabuf.bench.MemoryBench;
import dmabuf.bench.TemporaryFolder;
import dmabuf.linux.Deadline;
import dmabuf.linux.UnixListener;
import dmabuf.linux.UnixSocket;
import dmabuf.share.BufferOffer;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How long it takes until another process has read the first byte of a frame, and has said so: {@code share} or {@code socket}, and the
 * frame's size in bytes. Prints nanoseconds. The other process then tells the sum of all bytes, outside of the span.
 */
public final class HandOver {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private HandOver() {}

    /** Measures. */
    public static void main(String[] arguments) throws Exception {
        int size = Integer.parseInt(arguments[1]);
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path path = folder.path().resolve("socket");
            if (arguments[0].equals("share")) {
                share(path, size, Iterations.of(arguments));
            } else {
                socket(path, size, Iterations.of(arguments));
            }
        }
    }

    private static void share(Path path, int size, Iterations iterations) throws Exception {
        try (UnixListener listener = UnixListener.bind(path);
                Taker taker = Taker.start("share", path, size);
                UnixSocket connection = listener.accept(Deadline.in(PATIENCE));
                MemoryBench bench = MemoryBench.real();
                DmaBuf buffer = bench.buffer(size);
                Mapping mapping = buffer.mmap()) {
            byte[] round = new byte[1];
            iterations.print(() -> {
                long sum = fill(mapping, ++round[0]);
                long begun = System.nanoTime();
                BufferOffer.of(buffer).giveTo(connection);
                return taker.answered(begun, round[0], sum);
            });
        }
    }

    private static void socket(Path path, int size, Iterations iterations) throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(path));
            try (Taker taker = Taker.start("socket", path, size);
                    SocketChannel connection = listener.accept();
                    MemoryBench bench = MemoryBench.real();
                    DmaBuf buffer = bench.buffer(size);
                    Mapping mapping = buffer.mmap();
                    CpuAccess access = mapping.cpuAccess(Access.READ)) {
                byte[] round = new byte[1];
                ByteBuffer bytes = access.segment().asByteBuffer();
                iterations.print(() -> {
                    long sum = fill(mapping, ++round[0]);
                    long begun = System.nanoTime();
                    write(connection, bytes.clear());
                    return taker.answered(begun, round[0], sum);
                });
            }
        }
    }

    private static void write(SocketChannel connection, ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                connection.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fills the frame with what it has not held before, and gives the sum that the other side has to find. */
    private static long fill(Mapping mapping, byte value) {
        try (CpuAccess access = mapping.cpuAccess(Access.WRITE)) {
            MemorySegment frame = access.segment();
            frame.fill(value);
            return frame.byteSize() * (value & 0xff);
        }
    }

    /** The other process. */
    private record Taker(Process process, DataInputStream answers) implements AutoCloseable {

        static Taker start(String way, Path path, int size) throws IOException {
            List<String> command = JvmProbe.command(HandOverTaker.class);
            command.addAll(List.of(way, path.toString(), Integer.toString(size)));
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            return new Taker(process, new DataInputStream(process.getInputStream()));
        }

        /** Waits for the first byte, which ends the span, then for the sum. */
        double answered(long begun, byte first, long sum) {
            try {
                byte read = answers.readByte();
                double nanos = System.nanoTime() - begun;
                long found = answers.readLong();
                if (read != first || found != sum) {
                    throw new IllegalStateException("the other process read " + read + " and " + found + ", written were " + first
                            + " and " + sum);
                }
                return nanos;
            } catch (IOException e) {
                throw new UncheckedIOException("the other process has gone", e);
            }
        }

        @Override
        public void close() {
            process.destroy();
            process.onExit().join();
        }
    }
}
