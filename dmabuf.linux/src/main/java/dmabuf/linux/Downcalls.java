package dmabuf.linux;

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
import java.nio.charset.StandardCharsets;

/**
 * Links C functions. Symbols come from {@code dlsym(RTLD_DEFAULT, …)} and not from the linker's default look-up, which reads the C library
 * directly: so a preloaded library that interposes {@code ioctl}, {@code open} or {@code mmap} is honoured, as it is for a C program.
 */
@SuppressWarnings("restricted")
final class Downcalls {

    static final Linker LINKER = Linker.nativeLinker();
    static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_OF = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle DLSYM = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("dlsym"), FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));

    /**
     * Linked with whatever is linked first: it must also work where the descriptor table is full, and then no class can be loaded from a
     * file any more.
     */
    static final MethodHandle CLOSE = link("close", intOf(JAVA_INT));

    /**
     * Where errno lands, one for each thread and reused by every call. The values are the JDK's own types, so that a thread that outlives
     * this bundle keeps none of its classes.
     */
    private static final ThreadLocal<MemorySegment> CALL_STATE = ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

    private Downcalls() {}

    /** Links a function whose failures are told in errno: the handle takes the call state first. */
    static MethodHandle link(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(symbol(name), descriptor, ERRNO);
    }

    /** Links a function with variable arguments, the first of which has this index. */
    static MethodHandle linkVariadic(String name, int firstVariadic, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(symbol(name), descriptor, ERRNO, Linker.Option.firstVariadicArg(firstVariadic));
    }

    private static MemorySegment symbol(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = (MemorySegment) DLSYM.invokeExact(MemorySegment.NULL, arena.allocateFrom(name));
            if (address.address() == 0) {
                throw new UnsatisfiedLinkError("the C library has no function " + name);
            }
            return address;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static MemorySegment callState() {
        return CALL_STATE.get();
    }

    /** Gives the result of a call that returned -1 when it failed: the result, or errno negated. */
    static int result(int returned, MemorySegment callState) {
        return returned != -1 ? returned : -(int) ERRNO_OF.get(callState, 0L);
    }

    static long result(long returned, MemorySegment callState) {
        return returned != -1 ? returned : -(int) ERRNO_OF.get(callState, 0L);
    }

    /** A C string that lives as long as the arena. */
    static MemorySegment string(Arena arena, String text) {
        return arena.allocateFrom(text, StandardCharsets.UTF_8);
    }

    /**
     * Passes on what a method handle threw. {@code invokeExact} declares Throwable; a downcall throws nothing but unchecked exceptions
     * about its arguments, which go to the caller as they are.
     */
    static AssertionError unexpected(Throwable thrown) {
        if (thrown instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        return new AssertionError("a downcall threw a checked exception", thrown);
    }

    static FunctionDescriptor intOf(java.lang.foreign.MemoryLayout... arguments) {
        return FunctionDescriptor.of(JAVA_INT, arguments);
    }

    static FunctionDescriptor longOf(java.lang.foreign.MemoryLayout... arguments) {
        return FunctionDescriptor.of(JAVA_LONG, arguments);
    }
}
