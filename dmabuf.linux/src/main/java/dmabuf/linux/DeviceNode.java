package dmabuf.linux;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;

/** Opens device nodes for drivers, with the reason in words when that fails. */
public final class DeviceNode {

    private DeviceNode() {}

    /**
     * Opens a node.
     *
     * @param kernel whose node it is
     * @param path its path
     * @param flags {@code O_RDWR} and the like
     * @param whenMissing what to do about a node that is not there, for people; null for nothing to say
     * @return the node, which the caller closes
     * @throws DmaBufException EACCES or EPERM without permission, with the owning group and the command that joins it; ENOENT, ENXIO or
     *     ENODEV when the device is not there; EMFILE
     */
    public static Fd open(Syscalls kernel, String path, int flags, String whenMissing) {
        int result = kernel.open(path, flags);
        if (result >= 0) {
            return Fd.adopt(result, kernel);
        }
        Errno errno = Errno.ofResult(result);
        String hint =
                switch (errno) {
                    case EACCES, EPERM -> kernel.devices().explainNoAccess(path).orElse(null);
                    case ENOENT, ENXIO, ENODEV -> whenMissing;
                    default -> null;
                };
        throw new DmaBufException(errno, "open", path, hint);
    }
}
