package dmabuf.core;

import dmabuf.api.BufferId;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.FileStatus;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;
import dmabuf.spi.ExportedBuffer;

/**
 * Takes over what an exporter hands out. What it says is checked against what the kernel says, since a size that is wrong is somebody
 * else's SIGBUS later. On every refusal the descriptors are closed.
 */
final class Adoption {

    private static final System.Logger LOG = System.getLogger(Adoption.class.getName());

    private final String exporter;
    private final ExportedBuffer made;

    private Adoption(String exporter, ExportedBuffer made) {
        this.exporter = exporter;
        this.made = made;
    }

    /**
     * Makes a buffer of an exporter's description.
     *
     * @param made the description, null when the exporter gave none
     * @return the buffer, with its first handle still to be taken
     * @throws DmaBufException EIO for a description that cannot be true; what the kernel says about the name
     */
    static BufferBody adopt(ExporterSource source, ExportedBuffer made, ExportRequest request, Census census) {
        Adoption adoption = new Adoption(source.toString(), made);
        if (made == null) {
            throw adoption.wrong("it returned null instead of a buffer");
        }
        Descriptors descriptors = adoption.takeDescriptors();
        boolean adopted = false;
        try {
            adoption.check(descriptors);
            BufferBody.Facts facts = new BufferBody.Facts(
                    made.size(),
                    idOf(descriptors.buffer()),
                    narrowed(made.policy(), request),
                    made.plan().offset(),
                    made.plan().isWholeOnly(),
                    true,
                    source.toString(),
                    source.incarnation());
            BufferBody body = new BufferBody(census, descriptors, facts);
            if (!request.name().isEmpty()) {
                name(descriptors, request.name());
            }
            census.add(body, request.name(), source::isActive);
            adopted = true;
            return body;
        } finally {
            if (!adopted) {
                descriptors.close();
            }
        }
    }

    private Descriptors takeDescriptors() {
        Fd plan = made.plan().fd().orElse(made.fd());
        Fd buffer = take(made.fd(), plan);
        return new Descriptors(buffer, plan == made.fd() ? buffer : take(plan, buffer));
    }

    /** Takes one descriptor over; when that cannot be done, the other is closed. */
    private Fd take(Fd fd, Fd other) {
        if (fd.kernel() instanceof Syscalls) {
            try {
                return Descriptors.take(fd);
            } catch (IllegalStateException e) {
                other.close();
                throw wrong("it returned a descriptor that is closed, " + fd);
            }
        }
        fd.close();
        other.close();
        throw wrong("it returned " + fd + " of a kernel that answers no system calls");
    }

    private void check(Descriptors descriptors) {
        Syscalls kernel = descriptors.kernel();
        int fd = descriptors.buffer().number();
        if (!DmaBufCalls.isDmaBuf(kernel, fd)) {
            throw wrong("it returned fd " + fd + ", which is no dma-buf");
        }
        long size = kernel.lseek(fd, 0, Posix.SEEK_END);
        if (size != made.size() || size <= 0) {
            throw wrong("it says that fd " + fd + " has " + made.size() + " bytes, the kernel says "
                    + (size < 0 ? Errno.ofResult(size).toString() : Long.toString(size)));
        }
        long offset = made.plan().offset();
        if (offset < 0 || offset % MappedMemory.PAGE_SIZE != 0) {
            throw wrong("its mapping plan begins at " + offset + ", which is no multiple of the page size");
        }
    }

    private static BufferId idOf(Fd fd) {
        FileStatus status = FileStatus.of(fd.number());
        return new BufferId(status.device(), status.inode());
    }

    /** Who asked for less than the exporter permits gets no more than was asked for. */
    private static MmapPolicy narrowed(MmapPolicy policy, ExportRequest request) {
        return policy.access().permits(request.access()) ? policy.withAccess(request.access()) : policy;
    }

    private static void name(Descriptors descriptors, String name) {
        DmaBufCalls.checkName(name);
        int result = DmaBufCalls.rename(descriptors.kernel(), descriptors.buffer().number(), name);
        if (result < 0) {
            throw DmaBufCalls.nameRefused(Errno.ofResult(result), name);
        }
    }

    /** Reports what the exporter did, for whoever can mend it, and gives what its caller is told. */
    private DmaBufException wrong(String what) {
        LOG.log(System.Logger.Level.WARNING, "{0} failed to export: {1}", exporter, what);
        return new DmaBufException(Errno.EIO, "export", exporter, "the exporter is at fault: " + what);
    }
}
