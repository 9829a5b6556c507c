package dmabuf.dist;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.Mapping;
import dmabuf.api.MmapRequest;
import dmabuf.core.CoreDmaBufs;
import dmabuf.linux.ProcessResources;
import dmabuf.shell.Options;
import dmabuf.shell.UsageException;
import dmabuf.share.BufferTaker;
import dmabuf.share.ReceivedBuffer;
import dmabuf.sim.SimulatedKernel;
import dmabuf.soak.Checker;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Set;

/** The verb {@code import}: takes a buffer from another process and maps it. Plain classes, without a container, so that it is quick. */
final class ImportVerb {

    private static final String SOCKET = "--socket";
    private static final String OUT = "--out";
    private static final String SHA256 = "--sha256";
    private static final String PATTERN = "--pattern";
    private static final String CHECK = "--check";

    private ImportVerb() {}

    static int run(CommandLine line) {
        String[] arguments = line.rest().toArray(String[]::new);
        Options options = Options.parse(arguments, Set.of(SHA256), Set.of(SOCKET, OUT, PATTERN, CHECK)).withoutOperands();
        Path socket = Path.of(options.required(SOCKET));
        if (options.has(CHECK)) {
            return check(socket, connections(options.required(CHECK)));
        }
        Destination out = options.value(OUT).map(Destination::of).orElse(null);
        Long seed = options.value(PATTERN).map(ImportVerb::seed).orElse(null);
        try (CoreDmaBufs buffers = new CoreDmaBufs();
                SimulatedKernel simulation = new SimulatedKernel();
                ReceivedBuffer received = BufferTaker.into(buffers).simulatedBy(simulation).take(socket)) {
            boolean asked = options.has(SHA256) || out != null || seed != null;
            if (!asked || line.verbosity() > 0) {
                (asked ? System.err : System.out).println("taken: " + received + ", " + received.buffer().id());
            }
            use(received, options.has(SHA256), out, seed);
        }
        return 0;
    }

    /** The other process of the verb soak. Status 0 only if nothing is left over here. */
    private static int check(Path socket, int connections) {
        ProcessResources before = ProcessResources.now();
        try (CoreDmaBufs buffers = new CoreDmaBufs(); SimulatedKernel simulation = new SimulatedKernel()) {
            new Checker(buffers, simulation).serve(socket, connections);
        }
        ProcessResources left = ProcessResources.now().since(before);
        if (!left.isNothing()) {
            System.err.println("dmabuf: left over in the process that takes buffers: " + left);
            return 1;
        }
        return 0;
    }

    private static int connections(String text) {
        try {
            int number = Integer.parseInt(text);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, in words of the user's.
        }
        throw new UsageException(CHECK + " takes a number of connections, and not \"" + text + "\"");
    }

    private static long seed(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new UsageException(PATTERN + " takes a number, and not \"" + text + "\"");
        }
    }

    private static void use(ReceivedBuffer received, boolean sha256, Destination out, Long seed) {
        long content = received.description().content();
        Access access = seed == null ? Access.READ : Access.READ_WRITE;
        try (Mapping mapping = received.buffer().mmap(MmapRequest.whole().access(access))) {
            if (sha256 || out != null) {
                try (CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
                    MemorySegment bytes = cpu.segment().asSlice(0, content);
                    if (sha256) {
                        System.out.println(Digests.sha256(bytes));
                    }
                    if (out != null) {
                        out.write(bytes);
                    }
                }
            }
            if (seed != null) {
                try (CpuAccess cpu = mapping.cpuAccess(Access.WRITE)) {
                    Pattern.fill(cpu.segment().asSlice(0, content), seed);
                }
            }
        }
    }
}
