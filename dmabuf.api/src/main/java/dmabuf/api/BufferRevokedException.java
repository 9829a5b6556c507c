package dmabuf.api;

import dmabuf.fd.Errno;

/** The memory of a buffer has left with its device. {@link #errno()} is ENODEV. Closing what is open goes on working. */
public final class BufferRevokedException extends DmaBufException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a use of memory that is gone.
     *
     * @param operation what was tried
     * @param subject the buffer or mapping
     */
    public BufferRevokedException(String operation, String subject) {
        super(Errno.ENODEV, operation, subject, "its memory has left with the device; close it, and select another source");
    }
}
