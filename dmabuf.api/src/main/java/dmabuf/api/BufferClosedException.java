package dmabuf.api;

import dmabuf.fd.Errno;

/** A handle or a mapping was used after it was closed. {@link #errno()} is EBADF, as for a closed descriptor. */
public final class BufferClosedException extends DmaBufException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a use after close.
     *
     * @param operation what was tried
     * @param subject the buffer or mapping
     */
    public BufferClosedException(String operation, String subject) {
        super(Errno.EBADF, operation, subject, "already closed");
    }
}
