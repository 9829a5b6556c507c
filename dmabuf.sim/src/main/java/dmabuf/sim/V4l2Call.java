package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import dmabuf.linux.UserMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.ToIntFunction;

/**
 * How V4L2 takes its structs, {@code video_usercopy}: the whole request has to be right, also the size in it; what the caller does not have
 * to fill is cleared; and what fails leaves the caller's struct as it was.
 */
final class V4l2Call {

    /** A request with the planes of a buffer, which are null when it points at none. */
    @FunctionalInterface
    interface BufferRequest {
        int run(MemorySegment buffer, MemorySegment planes);
    }

    private static final int EFAULT = -Errno.EFAULT.number();
    private static final int EINVAL = -Errno.EINVAL.number();
    private static final int ENOTTY = -Errno.ENOTTY.number();
    private static final long WRITE = 1L << 30;
    private static final long READ = 2L << 30;
    private static final int SIZE_SHIFT = 16;
    private static final int SIZE_MASK = 0x3fff;

    private V4l2Call() {}

    private static int size(long request) {
        return (int) (request >> SIZE_SHIFT) & SIZE_MASK;
    }

    /** A request that nobody knows: its struct is copied all the same. */
    static int unknown(long request, MemorySegment argument) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(Math.max(1, size(request)));
            boolean copied = (request & WRITE) == 0 || UserMemory.copyFrom(argument.address(), struct.asSlice(0, size(request))) == 0;
            return copied ? ENOTTY : EFAULT;
        }
    }

    /** A request of which all is taken from the caller. */
    static int call(long request, MemorySegment argument, ToIntFunction<MemorySegment> body) {
        return call(request, size(request), argument, body);
    }

    /**
     * Runs a request.
     *
     * @param taken how much of the struct is the caller's; the rest begins as zeroes
     * @param body reads and fills the kernel's copy
     */
    static int call(long request, int taken, MemorySegment argument, ToIntFunction<MemorySegment> body) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(size(request), Long.BYTES);
            if ((request & WRITE) != 0 && UserMemory.copyFrom(argument.address(), struct.asSlice(0, taken)) < 0) {
                return EFAULT;
            }
            int result = body.applyAsInt(struct);
            return result < 0 || (request & READ) == 0 ? result : copyBack(argument, struct, result);
        }
    }

    private static int copyBack(MemorySegment argument, MemorySegment struct, int result) {
        return UserMemory.copyTo(argument.address(), struct) < 0 ? EFAULT : result;
    }

    /** Runs a request with a buffer. One with planes goes back to the caller, with its planes, also when it fails. */
    static int withBuffer(long request, int taken, MemorySegment argument, BufferRequest body) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(V4l2Uapi.BUFFER_SIZE, Long.BYTES);
            if (UserMemory.copyFrom(argument.address(), buffer.asSlice(0, taken)) < 0) {
                return EFAULT;
            }
            int count = buffer.get(JAVA_INT, V4l2Uapi.BUFFER_LENGTH);
            if (buffer.get(JAVA_INT, V4l2Uapi.BUFFER_TYPE) != V4l2Uapi.BUF_TYPE_VIDEO_CAPTURE_MPLANE || count == 0) {
                int result = body.run(buffer, null);
                return result < 0 ? result : copyBack(argument, buffer, result);
            }
            if (Integer.compareUnsigned(count, V4l2Uapi.MAX_PLANES) > 0) {
                return EINVAL;
            }
            long pointer = buffer.get(JAVA_LONG, V4l2Uapi.BUFFER_M);
            MemorySegment planes = arena.allocate((long) count * V4l2Uapi.PLANE_SIZE, Long.BYTES);
            if (UserMemory.copyFrom(pointer, planes) < 0) {
                return EFAULT;
            }
            int result = body.run(buffer, planes);
            boolean planesBack = UserMemory.copyTo(pointer, planes) == 0;
            return copyBack(argument, buffer, planesBack ? result : EFAULT);
        }
    }
}
