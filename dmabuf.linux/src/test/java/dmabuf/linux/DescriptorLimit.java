package dmabuf.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Lowers this process's limit of open descriptors to a few more than are open, so that a test reaches EMFILE soon on any machine. What a
 * test does meanwhile it has done once before: a class that is not loaded yet cannot be found without a descriptor.
 */
public final class DescriptorLimit {

    private static final MethodHandle GETRLIMIT = Downcalls.link("getrlimit", Downcalls.intOf(JAVA_INT, ADDRESS));
    private static final MethodHandle SETRLIMIT = Downcalls.link("setrlimit", Downcalls.intOf(JAVA_INT, ADDRESS));
    private static final int RLIMIT_NOFILE = 7;
    private static final int FEW = 16;

    private DescriptorLimit() {}

    /** Runs something while the limit is low. */
    public static void whileLow(Runnable test) throws IOException {
        long highest;
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            highest = open.mapToLong(link -> Long.parseLong(link.getFileName().toString())).max().orElseThrow();
        }
        long before = set(highest + FEW);
        try {
            test.run();
        } finally {
            set(before);
        }
    }

    private static long set(long value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = arena.allocate(16, 8);
            MemorySegment state = Downcalls.callState();
            SyscallResult.check(
                    Downcalls.result((int) GETRLIMIT.invokeExact(state, RLIMIT_NOFILE, limit), state), "getrlimit", "RLIMIT_NOFILE");
            long before = limit.get(JAVA_LONG, 0);
            limit.set(JAVA_LONG, 0, value);
            SyscallResult.check(
                    Downcalls.result((int) SETRLIMIT.invokeExact(state, RLIMIT_NOFILE, limit), state), "setrlimit", "RLIMIT_NOFILE");
            return before;
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }
}
