package dmabuf.fd;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/**
 * An owned file descriptor: whoever holds the {@code Fd} closes it, once.
 *
 * <p>After {@link #close()} or {@link #release()} the number is no longer handed out, since the system may already have given it to
 * somebody else. A method that takes an {@code Fd} says whether it takes the ownership over, or only looks at it.
 *
 * <p>Thread-safe: of several threads that close or release, one does. An {@code Fd} does not keep other threads from using the number
 * while it is being closed; whoever shares one arranges that (a buffer counts its users).
 */
public final class Fd implements AutoCloseable {

    private static final int GONE = -1;
    private static final VarHandle NUMBER;

    static {
        try {
            NUMBER = MethodHandles.lookup().findVarHandle(Fd.class, "number", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Kernel kernel;
    private final int original;
    private volatile int number;

    private Fd(int number, Kernel kernel) {
        this.number = number;
        this.original = number;
        this.kernel = kernel;
    }

    /**
     * Takes ownership of an open descriptor.
     *
     * @param number the descriptor's number, 0 or more
     * @param kernel the kernel that made it, and that will close it
     * @return its owner
     * @throws IllegalArgumentException when the number is negative (an errno, most likely)
     */
    public static Fd adopt(int number, Kernel kernel) {
        Objects.requireNonNull(kernel, "kernel");
        if (number < 0) {
            throw new IllegalArgumentException("not a file descriptor: " + number);
        }
        return new Fd(number, kernel);
    }

    /**
     * Gives the number to make a system call with. The ownership stays here.
     *
     * @return the descriptor's number
     * @throws IllegalStateException when closed or released
     */
    public int number() {
        int current = number;
        if (current == GONE) {
            throw new IllegalStateException("fd " + original + " is closed");
        }
        return current;
    }

    /**
     * Tells who answers for this descriptor. Also valid after close.
     *
     * @return the kernel that made it
     */
    public Kernel kernel() {
        return kernel;
    }

    /**
     * Tells whether the descriptor is still owned here.
     *
     * @return false once closed or released
     */
    public boolean isOpen() {
        return number != GONE;
    }

    /**
     * Gives the ownership to the caller, who must close the number with {@link #kernel()}.
     *
     * @return the descriptor's number
     * @throws IllegalStateException when closed or released already
     */
    public int release() {
        int current = (int) NUMBER.getAndSet(this, GONE);
        if (current == GONE) {
            throw new IllegalStateException("fd " + original + " is closed");
        }
        return current;
    }

    /**
     * Closes the descriptor. The second and later calls do nothing.
     *
     * @throws IllegalStateException when the kernel says that the number was not open (EBADF): somebody else closed what is owned here
     */
    @Override
    public void close() {
        int current = (int) NUMBER.getAndSet(this, GONE);
        if (current != GONE && kernel.close(current) == -Errno.EBADF.number()) {
            throw new IllegalStateException("fd " + current + " was closed by somebody who does not own it");
        }
    }

    /** Says the number, the kernel, and whether it is closed, for messages. */
    @Override
    public String toString() {
        return "fd " + original + (kernel.kind() == KernelKind.SIMULATED ? " (simulated)" : "") + (isOpen() ? "" : " (closed)");
    }
}
