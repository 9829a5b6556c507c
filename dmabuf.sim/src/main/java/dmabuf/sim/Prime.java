package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.fd.Errno;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Posix;
import java.lang.foreign.MemorySegment;

/** The way of one client's handles to dma-bufs and back: {@code drm_prime.c} of Linux 6.12. */
final class Prime {

    private final Gpu gpu;
    private final DrmHandles handles;
    private final LinuxSyscalls linux;
    private final Descriptors descriptors;

    Prime(Gpu gpu, DrmHandles handles, LinuxSyscalls linux, Descriptors descriptors) {
        this.gpu = gpu;
        this.handles = handles;
        this.linux = linux;
        this.descriptors = descriptors;
    }

    /**
     * Exports a handle. Doing it again gives another descriptor of the same file, so the flags of the first time decide how it is open. An
     * import is exported as what it was imported from.
     */
    int handleToFd(MemorySegment prime) {
        int handle = prime.get(JAVA_INT, DrmUapi.HANDLE);
        int flags = prime.get(JAVA_INT, DrmUapi.PRIME_FLAGS);
        if ((flags & ~(DrmUapi.CLOEXEC | DrmUapi.RDWR)) != 0) {
            throw new KernelError(Errno.EINVAL);
        }
        GemObject object = handles.get(handle);
        if (object == null) {
            throw new KernelError(Errno.ENOENT);
        }
        HeldBuffer dmaBuf = null;
        try {
            dmaBuf = dmaBufOf(object, flags & Posix.O_ACCMODE);
            handles.remember(dmaBuf.buffer(), handle);
            prime.set(JAVA_INT, DrmUapi.PRIME_FD, dmaBuf.newDescriptor((flags & DrmUapi.CLOEXEC) != 0));
            return 0;
        } finally {
            if (dmaBuf != null) {
                dmaBuf.put();
            }
            object.put();
        }
    }

    /** The dma-buf of an object, made if there is none yet, in use by the caller. */
    private HeldBuffer dmaBufOf(GemObject object, int accessMode) {
        synchronized (gpu.prime()) {
            HeldBuffer known = object.dmaBuf();
            if (known != null) {
                return known;
            }
            HeldBuffer made = HeldBuffer.adopt(linux, descriptors, gpu.export(object, accessMode));
            object.keepExported(made);
            return made;
        }
    }

    /** Imports a dma-buf. One that is here already has a handle, which is given again. */
    int fdToHandle(MemorySegment prime) {
        int fd = prime.get(JAVA_INT, DrmUapi.PRIME_FD);
        SimulatedFile file = descriptors.find(fd);
        if (file == null) {
            throw new KernelError(linux.fcntl(fd, Posix.F_GETFD, 0) < 0 ? Errno.EBADF : Errno.EINVAL);
        }
        try {
            if (!(file instanceof BufferFile buffer)) {
                throw new KernelError(Errno.EINVAL);
            }
            synchronized (gpu.prime()) {
                int known = handles.of(buffer);
                prime.set(JAVA_INT, DrmUapi.HANDLE, known != 0 ? known : importBuffer(buffer, fd));
            }
            return 0;
        } finally {
            file.leave();
        }
    }

    private int importBuffer(BufferFile buffer, int fd) {
        GemObject owner = buffer.export().owner();
        boolean own = owner != null && owner.gpu() == gpu;
        if (!own) {
            // drm_gem_prime_import_dev: the importer's ability, then the exporter's attach, then what the importer makes of the list.
            gpu.driver().checkImports();
            if (owner != null) {
                owner.gpu().driver().checkAttach(owner);
            }
            gpu.driver().checkForeignImport();
        }
        HeldBuffer held = HeldBuffer.of(linux, descriptors, buffer, fd);
        if (!own) {
            GemObject object = new GemObject(gpu, held, gpu.driver().imported());
            int handle = handles.add(object);
            handles.remember(buffer, handle);
            object.put();
            return handle;
        }
        int handle = handles.add(owner);
        owner.keepExported(held);
        handles.remember(buffer, handle);
        held.put();
        return handle;
    }
}
