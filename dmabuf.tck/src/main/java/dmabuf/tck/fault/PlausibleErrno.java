package dmabuf.tck.fault;

import static dmabuf.fd.Errno.E2BIG;
import static dmabuf.fd.Errno.EACCES;
import static dmabuf.fd.Errno.EADDRINUSE;
import static dmabuf.fd.Errno.EAFNOSUPPORT;
import static dmabuf.fd.Errno.EAGAIN;
import static dmabuf.fd.Errno.EBADFD;
import static dmabuf.fd.Errno.EBUSY;
import static dmabuf.fd.Errno.ECONNABORTED;
import static dmabuf.fd.Errno.ECONNREFUSED;
import static dmabuf.fd.Errno.ECONNRESET;
import static dmabuf.fd.Errno.EFBIG;
import static dmabuf.fd.Errno.EINTR;
import static dmabuf.fd.Errno.EINVAL;
import static dmabuf.fd.Errno.EIO;
import static dmabuf.fd.Errno.ELOOP;
import static dmabuf.fd.Errno.EMFILE;
import static dmabuf.fd.Errno.EMSGSIZE;
import static dmabuf.fd.Errno.ENFILE;
import static dmabuf.fd.Errno.ENOBUFS;
import static dmabuf.fd.Errno.ENODEV;
import static dmabuf.fd.Errno.ENOENT;
import static dmabuf.fd.Errno.ENOMEM;
import static dmabuf.fd.Errno.ENOPROTOOPT;
import static dmabuf.fd.Errno.ENOSPC;
import static dmabuf.fd.Errno.ENOSYS;
import static dmabuf.fd.Errno.ENOTCONN;
import static dmabuf.fd.Errno.ENOTDIR;
import static dmabuf.fd.Errno.ENOTTY;
import static dmabuf.fd.Errno.ENXIO;
import static dmabuf.fd.Errno.EOPNOTSUPP;
import static dmabuf.fd.Errno.EPERM;
import static dmabuf.fd.Errno.EPIPE;
import static dmabuf.fd.Errno.EPROTOTYPE;
import static dmabuf.fd.Errno.EROFS;
import static dmabuf.fd.Errno.ETOOMANYREFS;

import dmabuf.fd.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which errno a call can give to a caller that makes no mistake: what Linux 6.12 says when memory, descriptors or permissions are short,
 * when a device goes, when a signal comes, or when a driver lacks what was asked. EFAULT and EBADF are not among them, since they are the
 * caller's own doing.
 *
 * <p>munmap(2) of a whole mapping can only want for memory, to take apart what Linux had merged with a neighbour. Any ioctl can be
 * interrupted, or told to come again. EACCES of a socket is the word of a security module. Immutable.
 */
public final class PlausibleErrno {

    private static final List<Errno> ANY_REQUEST = List.of(EIO, ENOMEM, ENODEV, EINVAL);

    /** By the kernel's name of the request or command. */
    private static final Map<String, List<Errno>> BY_NAME = Map.ofEntries(
            Map.entry("DMA_BUF_IOCTL_SYNC", List.of(EIO, ENOMEM, ENODEV, EINVAL)),
            Map.entry("DMA_BUF_SET_NAME_B", List.of(EINVAL, ENOMEM, EBUSY)),
            Map.entry("DMA_BUF_IOCTL_EXPORT_SYNC_FILE", List.of(EMFILE, ENFILE, ENOMEM, ENOTTY)),
            Map.entry("DMA_BUF_IOCTL_IMPORT_SYNC_FILE", List.of(ENOMEM, ENOTTY, EINVAL)),
            Map.entry("SYNC_IOC_MERGE", List.of(EMFILE, ENFILE, ENOMEM, ENOENT)),
            Map.entry("SYNC_IOC_FILE_INFO", List.of(ENOMEM)),
            Map.entry("UDMABUF_CREATE", List.of(EINVAL, EBADFD, ENOMEM, EMFILE, ENFILE)),
            Map.entry("UDMABUF_CREATE_LIST", List.of(EINVAL, EBADFD, ENOMEM, EMFILE, ENFILE)),
            Map.entry("DMA_HEAP_IOCTL_ALLOC", List.of(EINVAL, ENOMEM, EMFILE, ENFILE, ENODEV)),
            Map.entry("DRM_IOCTL_VERSION", List.of(ENODEV, ENOTTY, EINVAL)),
            Map.entry("DRM_IOCTL_GET_CAP", List.of(EINVAL, EOPNOTSUPP, ENODEV)),
            Map.entry("DRM_IOCTL_PRIME_HANDLE_TO_FD", List.of(EMFILE, ENFILE, ENOMEM, ENOENT, ENOSYS, EINVAL, ENODEV)),
            Map.entry("DRM_IOCTL_PRIME_FD_TO_HANDLE", List.of(EINVAL, ENOMEM, ENOSYS, ENODEV, E2BIG)),
            Map.entry("DRM_IOCTL_MODE_CREATE_DUMB", List.of(ENOMEM, ENOSPC, EINVAL, ENODEV, ENOSYS, EACCES)),
            Map.entry("DRM_IOCTL_I915_GEM_CREATE", List.of(ENOMEM, E2BIG, EINVAL, ENODEV, ENOSPC)),
            Map.entry("DRM_IOCTL_I915_GEM_CREATE_EXT", List.of(ENOMEM, E2BIG, EINVAL, ENODEV, ENOSPC)),
            Map.entry("DRM_IOCTL_I915_GEM_SET_CACHING", List.of(ENODEV, EOPNOTSUPP, ENXIO, ENOMEM)),
            Map.entry("DRM_IOCTL_I915_GEM_GET_CACHING", List.of(ENODEV, EOPNOTSUPP)),
            Map.entry("DRM_IOCTL_I915_GEM_SET_DOMAIN", List.of(ENODEV, ENXIO, ENOMEM, EIO)),
            Map.entry("DRM_IOCTL_I915_GEM_MMAP_OFFSET", List.of(ENODEV, ENOMEM, ENOSPC, EINVAL)),
            Map.entry("DRM_IOCTL_VIRTGPU_RESOURCE_CREATE", List.of(ENOMEM, ENOSPC, EINVAL, ENODEV, EIO)),
            Map.entry("DRM_IOCTL_VIRTGPU_RESOURCE_CREATE_BLOB", List.of(ENOMEM, ENOSPC, EINVAL, ENODEV, EIO)),
            Map.entry("DRM_IOCTL_VIRTGPU_WAIT", List.of(EBUSY, ENODEV)),
            Map.entry("F_DUPFD_CLOEXEC", List.of(EMFILE, ENOMEM)),
            Map.entry("F_ADD_SEALS", List.of(EBUSY, EPERM, EINVAL)),
            Map.entry("F_GET_SEALS", List.of(EINVAL)));

    private PlausibleErrno() {}

    /**
     * Lists what a call can give.
     *
     * @param call the call
     * @return each errno once; EINTR and EAGAIN, which are not failures but say to try again, come last
     */
    public static List<Errno> of(Call call) {
        String text = call.toString();
        String name = text.substring(text.indexOf(' ') + 1);
        return switch (call.kind()) {
            case OPEN -> List.of(EACCES, EPERM, ENOENT, ENXIO, ENODEV, EMFILE, ENFILE, ENOMEM);
            case CLOSE -> List.of(EIO, EINTR);
            case IOCTL -> restartable(BY_NAME.getOrDefault(name, ANY_REQUEST));
            case MMAP -> List.of(ENOMEM, EACCES, ENODEV, EPERM, EINVAL);
            case MUNMAP -> List.of(ENOMEM);
            case MEMFD_CREATE -> List.of(EMFILE, ENFILE, ENOMEM);
            case FCNTL -> BY_NAME.getOrDefault(name, List.of());
            case FTRUNCATE -> List.of(EFBIG, EINVAL, ENOMEM);
            case LSEEK -> List.of(EINVAL);
            case READ, WRITE -> List.of(EIO, ENODEV);
            case PREAD, PWRITE -> List.of(EIO, ENODEV, EINVAL);
            case POLL -> List.of(ENOMEM, EINTR);
            case SOCKET, SOCKETPAIR -> List.of(EMFILE, ENFILE, ENOMEM, ENOBUFS, EACCES, EAFNOSUPPORT);
            case FCHMOD -> List.of(EPERM, EIO);
            case BIND -> List.of(EACCES, ENOENT, ENOTDIR, ELOOP, EROFS, ENOSPC, EIO, ENOMEM, EADDRINUSE);
            case LISTEN -> List.of(EACCES, ENOMEM);
            case CONNECT -> List.of(ENOENT, ENOTDIR, EACCES, EPERM, ECONNREFUSED, EPROTOTYPE, ELOOP, ENOMEM, EINTR, EAGAIN);
            case ACCEPT -> List.of(EMFILE, ENFILE, ENOMEM, ENOBUFS, EPERM, ECONNABORTED, EINTR, EAGAIN);
            case SENDMSG -> List.of(EPIPE, ECONNRESET, ENOMEM, ENOBUFS, EMSGSIZE, ETOOMANYREFS, EACCES, EINTR, EAGAIN);
            case RECVMSG -> List.of(ECONNRESET, ENOMEM, EACCES, EINTR, EAGAIN);
            case GETSOCKOPT, SETSOCKOPT -> List.of(EACCES, ENOPROTOOPT);
            case SHUTDOWN -> List.of(ENOTCONN);
            case ASSEMBLE -> List.of(EINVAL, EBADFD, EMFILE, ENOMEM);
        };
    }

    private static List<Errno> restartable(List<Errno> failures) {
        List<Errno> all = new ArrayList<>(failures);
        all.addAll(List.of(EINTR, EAGAIN));
        return List.copyOf(all);
    }

    /**
     * Tells what nobody is to hear of: what is only to be tried again; whatever close(2) says, after which the descriptor is closed in
     * any case; what munmap(2) and shutdown(2) say, of which nobody who closes can make anything better; and a path that is taken when
     * a socket is bound, and free when one looks.
     *
     * @param call the call
     * @param errno what it answers
     * @return true when the operation goes on as if nothing had been
     */
    public static boolean isAbsorbed(Call call, Errno errno) {
        return switch (call.kind()) {
            case CLOSE, MUNMAP, SHUTDOWN -> true;
            case IOCTL -> errno == EINTR || errno == EAGAIN;
            case POLL -> errno == EINTR;
            case CONNECT, SENDMSG, RECVMSG -> errno == EINTR || errno == EAGAIN;
            case ACCEPT -> errno == EINTR || errno == EAGAIN || errno == ECONNABORTED;
            case BIND -> errno == EADDRINUSE;
            default -> false;
        };
    }
}
