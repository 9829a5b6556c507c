package dmabuf.linux;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import java.util.function.Supplier;

/** Turns the negated errno of a system call into an exception that says what was tried on what. */
public final class SyscallResult {

    private SyscallResult() {}

    /**
     * Lets a good result pass.
     *
     * @param result what the call answered
     * @param operation the call, or the request as the kernel names it
     * @param subject what it was called on
     * @return the result
     * @throws DmaBufException when it is negative, with its errno
     */
    public static int check(int result, String operation, String subject) {
        if (result < 0) {
            throw new DmaBufException(Errno.ofResult(result), operation, subject);
        }
        return result;
    }

    /**
     * Lets a good result pass, as {@link #check(int, String, String)}.
     *
     * @param result what the call answered; an address may be any number that is not a negated errno
     * @param operation the call
     * @param subject what it was called on
     * @return the result
     * @throws DmaBufException when it is a negated errno
     */
    public static long check(long result, String operation, String subject) {
        if (isError(result)) {
            throw new DmaBufException(Errno.ofResult(result), operation, subject);
        }
        return result;
    }

    /**
     * Lets a good result pass, as {@link #check(int, String, String)}, on a path where a subject is not to be put into words for nothing.
     *
     * @param result what the call answered
     * @param operation the call, or the request as the kernel names it
     * @param subject says what it was called on, when that is asked
     * @return the result
     * @throws DmaBufException when it is negative, with its errno
     */
    public static int check(int result, String operation, Supplier<String> subject) {
        return result < 0 ? check(result, operation, subject.get()) : result;
    }

    /**
     * Lets a good result pass, as {@link #check(int, String, Supplier)}.
     *
     * @param result what the call answered
     * @param operation the call
     * @param subject says what it was called on, when that is asked
     * @return the result
     * @throws DmaBufException when it is a negated errno
     */
    public static long check(long result, String operation, Supplier<String> subject) {
        return isError(result) ? check(result, operation, subject.get()) : result;
    }

    /**
     * Tells an errno from a result, an address say, as the kernel's IS_ERR_VALUE does.
     *
     * @param result what the call answered
     * @return true for -4095 to -1
     */
    public static boolean isError(long result) {
        return result < 0 && result >= -4095;
    }
}
