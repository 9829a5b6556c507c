package dmabuf.bench.jmh;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The baselines on plain FFM: what somebody writes who needs these functions and nothing else. */
@SuppressWarnings("restricted")
final class Native {

    static final MemorySegment STATE;
    static final MethodHandle IOCTL;
    static final MethodHandle LABS;

    private static final VarHandle ERRNO;

    static {
        Linker linker = Linker.nativeLinker();
        StructLayout layout = Linker.Option.captureStateLayout();
        STATE = Arena.global().allocate(layout);
        ERRNO = layout.varHandle(MemoryLayout.PathElement.groupElement("errno"));
        Linker.Option errno = Linker.Option.captureCallState("errno");
        IOCTL = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("ioctl"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
                errno,
                Linker.Option.firstVariadicArg(2));
        LABS = linker.downcallHandle(linker.defaultLookup().findOrThrow("labs"), FunctionDescriptor.of(JAVA_LONG, JAVA_LONG), errno);
    }

    private Native() {}

    static int ioctl(int fd, long request, MemorySegment argument) {
        try {
            return (int) IOCTL.invokeExact(STATE, fd, request, argument);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** A function that asks the kernel nothing, with errno looked at as after one that does. */
    static long labs(long value) {
        try {
            long result = (long) LABS.invokeExact(STATE, value);
            return result >= 0 ? result : -(int) ERRNO.get(STATE, 0L);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
