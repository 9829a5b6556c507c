package importer.v4l2;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;

/** The camera has been unplugged. {@link #errno()} is ENODEV. Frames that were taken stay readable until they are closed. */
public final class CameraGoneException extends DmaBufException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports that the camera is not there.
     *
     * @param operation what was tried
     * @param subject the device node
     */
    public CameraGoneException(String operation, String subject) {
        super(Errno.ENODEV, operation, subject, "the camera has been unplugged; frames that were taken stay readable");
    }
}
