package dmabuf.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A pipe of the real kernel, both ends closed on exec. Two plain numbers, which the caller closes.
 *
 * @param readEnd readable once something was written
 * @param writeEnd where to write
 */
public record Pipe(int readEnd, int writeEnd) {

    private static final MethodHandle PIPE2 = Downcalls.link("pipe2", Downcalls.intOf(ADDRESS, JAVA_INT));

    /**
     * Makes one, as pipe2(2) with O_CLOEXEC.
     *
     * @return the two ends
     * @throws dmabuf.api.DmaBufException EMFILE or ENFILE when there are no descriptors left
     */
    public static Pipe open() {
        MemorySegment state = Downcalls.callState();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(JAVA_INT, 2);
            int result = Downcalls.result((int) PIPE2.invokeExact(state, ends, Posix.O_CLOEXEC), state);
            SyscallResult.check(result, "pipe2", "O_CLOEXEC");
            return new Pipe(ends.getAtIndex(JAVA_INT, 0), ends.getAtIndex(JAVA_INT, 1));
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }
}
