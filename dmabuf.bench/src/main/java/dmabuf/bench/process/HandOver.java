package dmabuf.bench.process;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

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
import java.util.function.DoubleSupplier;

/**
 * How long it takes until another process has read the first byte of a frame: {@code share} or {@code socket}, and the frame's size in bytes.
 * Prints nanoseconds. The span ends by the clock of the other process, which is the same: {@code CLOCK_MONOTONIC} of the machine. That process
 * then sums up the whole frame, which is compared, and lets go of it, before the next one is made.
 */
public final class HandOver {

    /**
     * So many small frames go before, for each iteration that does not count: a process that hands over frames has handed over thousands, and
     * its code is compiled. What a frame's size has to do with it is still to come then.
     */
    private static final int WARM_UPS = 10_000;

    /** How large those are, in bytes. */
    static final int SMALL = 4096;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private HandOver() {}

    /** Measures. */
    public static void main(String[] arguments) throws Exception {
        int size = Integer.parseInt(arguments[1]);
        try (TemporaryFolder folder = TemporaryFolder.create();
                MemoryBench bench = MemoryBench.real();
                Frame small = new Frame(bench, SMALL);
                Frame frame = new Frame(bench, size)) {
            Path path = folder.path().resolve("socket");
            if (arguments[0].equals("share")) {
                share(path, small, frame, Iterations.of(arguments));
            } else {
                socket(path, small, frame, Iterations.of(arguments));
            }
        }
    }

    private static void share(Path path, Frame small, Frame frame, Iterations iterations) throws Exception {
        try (UnixListener listener = UnixListener.bind(path);
                Taker taker = Taker.start("share", path, frame.size(), warmUps(iterations));
                UnixSocket connection = listener.accept(Deadline.in(PATIENCE))) {
            warmUp(iterations, () -> small.share(connection, taker));
            iterations.print(() -> frame.share(connection, taker));
        }
    }

    private static void socket(Path path, Frame small, Frame frame, Iterations iterations) throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(path));
            try (Taker taker = Taker.start("socket", path, frame.size(), warmUps(iterations));
                    SocketChannel connection = listener.accept()) {
                warmUp(iterations, () -> small.write(connection, taker));
                iterations.print(() -> frame.write(connection, taker));
            }
        }
    }

    private static int warmUps(Iterations iterations) {
        return WARM_UPS * iterations.warmups();
    }

    private static void warmUp(Iterations iterations, DoubleSupplier operation) {
        for (int i = 0; i < warmUps(iterations); i++) {
            operation.getAsDouble();
        }
    }

    /** A frame that is filled anew each time. */
    private static final class Frame implements AutoCloseable {

        private final DmaBuf buffer;
        private final Mapping mapping;
        private byte round;

        Frame(MemoryBench bench, int size) {
            buffer = bench.buffer(size);
            mapping = buffer.mmap();
        }

        int size() {
            return (int) buffer.size();
        }

        /** Hands the buffer over. */
        double share(UnixSocket connection, Taker taker) {
            long sum = fill();
            long begun = System.nanoTime();
            BufferOffer.of(buffer).giveTo(connection);
            return taker.answered(begun, round, sum);
        }

        /** Sends the bytes. */
        double write(SocketChannel connection, Taker taker) {
            long sum = fill();
            try (CpuAccess access = mapping.cpuAccess(Access.READ)) {
                ByteBuffer bytes = access.segment().asByteBuffer();
                long begun = System.nanoTime();
                while (bytes.hasRemaining()) {
                    connection.write(bytes);
                }
                return taker.answered(begun, round, sum);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Writes what the frame has not held before, and gives the sum that the other side has to find. */
        private long fill() {
            round++;
            try (CpuAccess access = mapping.cpuAccess(Access.WRITE)) {
                MemorySegment frame = access.segment().fill(round);
                return frame.byteSize() / Long.BYTES * frame.get(JAVA_LONG, 0);
            }
        }

        @Override
        public void close() {
            mapping.close();
            buffer.close();
        }
    }

    /** The other process. */
    private record Taker(Process process, DataInputStream answers) implements AutoCloseable {

        static Taker start(String way, Path path, int size, int warmUps) throws IOException {
            List<String> command = JvmProbe.command(HandOverTaker.class);
            command.addAll(List.of(way, path.toString(), Integer.toString(size), Integer.toString(warmUps)));
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            return new Taker(process, new DataInputStream(process.getInputStream()));
        }

        /** Waits for what the other process tells when it has let go of the frame: its first byte, when it read that, and the sum. */
        double answered(long begun, byte first, long sum) {
            try {
                byte read = answers.readByte();
                long when = answers.readLong();
                long found = answers.readLong();
                if (read != first || found != sum) {
                    throw new IllegalStateException("the other process read " + read + " and " + found + ", written were " + first
                            + " and " + sum);
                }
                return when - begun;
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
