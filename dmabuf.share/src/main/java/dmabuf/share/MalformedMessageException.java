package dmabuf.share;

import dmabuf.fd.Errno;

/** A message does not keep to the protocol. Whoever knows from whom it came makes a {@link dmabuf.api.DmaBufException} of it. */
final class MalformedMessageException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Errno errno;

    MalformedMessageException(Errno errno, String complaint) {
        super(complaint);
        this.errno = errno;
    }

    MalformedMessageException(String complaint) {
        this(Errno.EPROTO, complaint);
    }

    Errno errno() {
        return errno;
    }
}
