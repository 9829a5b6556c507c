package dmabuf.api;

import dmabuf.fd.Errno;
import java.util.Objects;

/**
 * An operation on a buffer or a device failed, with the errno that the kernel gave or would give.
 *
 * <p>The message reads like {@code DMA_BUF_IOCTL_SYNC(fd 31) failed: EINVAL (Invalid argument)}, with a hint where there is one.
 */
public class DmaBufException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The error. */
    private final Errno errno;

    /** What was tried. */
    private final String operation;

    /** What it was tried on. */
    private final String subject;

    /**
     * Reports a failure.
     *
     * @param errno the error
     * @param operation what was tried, as the kernel names it where it does: {@code UDMABUF_CREATE}
     * @param subject what it was tried on: {@code memfd 12, offset 0, size 4096}
     */
    public DmaBufException(Errno errno, String operation, String subject) {
        this(errno, operation, subject, null);
    }

    /**
     * Reports a failure, with what to do about it.
     *
     * @param errno the error
     * @param operation what was tried
     * @param subject what it was tried on
     * @param hint why, or what to do about it; null for nothing to add
     */
    public DmaBufException(Errno errno, String operation, String subject, String hint) {
        super(operation + "(" + subject + ") failed: " + errno + " (" + errno.text() + ")" + (hint == null ? "" : ": " + hint));
        this.errno = Objects.requireNonNull(errno, "errno");
        this.operation = operation;
        this.subject = subject;
    }

    /**
     * Gives the error as data.
     *
     * @return the error, never null
     */
    public Errno errno() {
        return errno;
    }

    /**
     * Says what was tried.
     *
     * @return the operation's name
     */
    public String operation() {
        return operation;
    }

    /**
     * Says what it was tried on.
     *
     * @return the descriptor, path or buffer, with the figures that matter
     */
    public String subject() {
        return subject;
    }
}
