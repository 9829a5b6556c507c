package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.UserMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.ToIntFunction;

/**
 * How dma-heap and DRM take their structs, which have grown over time: only the number in a request tells what is asked. As much is copied
 * as the caller's encoding says, a shorter struct is filled up with zeroes, and what comes back is cut to the caller's size.
 */
final class SizedArgument {

    private static final int EFAULT = -Errno.EFAULT.number();
    private static final long WRITE = 1L << 30;
    private static final long READ = 2L << 30;

    private SizedArgument() {}

    /** The number in a request: what is asked, whatever its size. */
    static int number(long request) {
        return (int) (request & 0xff);
    }

    /** The letter in a request. */
    static int type(long request) {
        return (int) (request >> 8 & 0xff);
    }

    private static int size(long request) {
        return (int) (request >> 16 & 0x3fff);
    }

    /**
     * Runs a request.
     *
     * @param request as the caller encoded it
     * @param known as the driver's header encodes it
     * @param argument the caller's struct
     * @param body reads and fills the driver's copy of the struct; what it has filled in is copied back also when it fails
     * @return its result, or {@code -EFAULT}
     */
    static int call(long request, long known, MemorySegment argument, ToIntFunction<MemorySegment> body) {
        int in = (request & known & WRITE) != 0 ? size(request) : 0;
        int out = (request & known & READ) != 0 ? size(request) : 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(Math.max(Math.max(in, out), size(known)), Long.BYTES);
            if (UserMemory.copyFrom(argument.address(), struct.asSlice(0, in)) < 0) {
                return EFAULT;
            }
            int result;
            try {
                result = body.applyAsInt(struct);
            } catch (KernelError e) {
                result = e.result();
            }
            return UserMemory.copyTo(argument.address(), struct.asSlice(0, out)) < 0 ? EFAULT : result;
        }
    }
}
