package dmabuf.sim;

import dmabuf.fd.Errno;

/**
 * Carries an errno from inside a simulated call to where the call is answered. It is an answer and no fault, so it has no stack trace.
 */
final class KernelError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int result;

    KernelError(Errno errno) {
        this(-errno.number());
    }

    private KernelError(int result) {
        super(Errno.ofResult(result).name(), null, false, false);
        this.result = result;
    }

    Errno errno() {
        return Errno.ofResult(result);
    }

    /** The negated errno, as the call answers it. */
    int result() {
        return result;
    }

    /** Lets a good result of a real call pass. */
    static int check(int result) {
        if (result < 0) {
            throw new KernelError(result);
        }
        return result;
    }
}
