package dmabuf.share;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.Mapping;
import dmabuf.core.CoreDmaBufs;
import dmabuf.linux.Deadline;
import dmabuf.linux.ProcessResources;
import dmabuf.linux.UnixListener;
import dmabuf.sim.SimulatedKernel;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The other process: takes a buffer and writes into it, or gives one and shows what it is told to. */
final class Child {

    private Child() {}

    public static void main(String[] arguments) throws Exception {
        ProcessResources before = ProcessResources.now();
        Path path = Path.of(arguments[1]);
        try (SimulatedKernel kernel = new SimulatedKernel(); CoreDmaBufs buffers = new CoreDmaBufs()) {
            switch (arguments[0]) {
                case "take" -> take(path, kernel, buffers);
                case "give" -> give(path, kernel, buffers);
                case "die" -> System.exit(dieHalfWay(path));
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }
        System.out.println("left over: " + ProcessResources.now().since(before));
    }

    private static void take(Path path, SimulatedKernel kernel, CoreDmaBufs buffers) {
        try (ReceivedBuffer received = BufferTaker.into(buffers).simulatedBy(kernel).take(path);
                Mapping mapping = received.buffer().mmap()) {
            System.out.println(received.description() + ", " + received.buffer().id() + ", sha256 " + sha256(received.buffer()));
            try (CpuAccess access = mapping.cpuAccess(Access.WRITE)) {
                access.segment().setString(Bench.PAGE, "written by the other process");
            }
        }
    }

    private static void give(Path path, SimulatedKernel kernel, CoreDmaBufs buffers) throws IOException {
        try (DmaBuf buffer = Bench.simulated(kernel, buffers, 3); BufferServer server = BufferOffer.of(buffer).listen(path)) {
            System.out.println("listening, " + buffer.id() + ", sha256 " + sha256(buffer));
            server.serveOne(Bench.LONG);
            System.in.read();
            try (Mapping mapping = buffer.mmap(); CpuAccess access = mapping.cpuAccess(Access.READ)) {
                System.out.println(access.segment().getString(Bench.PAGE));
                System.out.println(access.segment().get(ValueLayout.JAVA_BYTE, 2 * Bench.PAGE));
            }
        }
    }

    /** Listens, waits for somebody, and is gone without a word. */
    private static int dieHalfWay(Path path) {
        try (var listener = UnixListener.bind(path)) {
            System.out.println("listening");
            listener.accept(Deadline.in(Bench.LONG));
            Runtime.getRuntime().halt(9);
        }
        return 1;
    }

    static String sha256(DmaBuf buffer) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Bench.all(buffer)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
