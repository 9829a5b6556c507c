package dmabuf.core;

import dmabuf.api.BufferId;
import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.Lifetime;
import dmabuf.api.MappingMode;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.FileStatus;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.MappingPlan;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

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
     * @throws DmaBufException EIO for a description that cannot be true; EOPNOTSUPP when no mode has a caching that is asked for; what the
     *     kernel says about the name
     */
    static BufferBody adopt(ExporterSource source, ExportedBuffer made, ExportRequest request, Census census) {
        Adoption adoption = new Adoption(source.toString(), made);
        if (made == null) {
            throw adoption.wrong("it returned null instead of a buffer");
        }
        ExporterOps ops = ExporterOps.of(made, source.gate(), source.toString());
        Map<Fd, Fd> taken = adoption.takeDescriptors(ops);
        Descriptors descriptors = adoption.descriptors(taken);
        BufferBody body = null;
        boolean adopted = false;
        try {
            adoption.check(descriptors);
            BufferBody.Facts facts = new BufferBody.Facts(
                    made.size(),
                    made.isDmaBuf() ? idOf(descriptors.buffer()) : census.number(),
                    adoption.modes(request, taken),
                    made.isDmaBuf() ? Backing.DMA_BUF : Backing.DEVICE,
                    source.toString(),
                    source.incarnation(),
                    made.lifetime());
            body = new BufferBody(census, descriptors, facts, ops);
            if (!request.name().isEmpty()) {
                body.setName(request.name());
            }
            if (ops != null) {
                ops.exported(new ExportedControl(body));
            }
            census.add(body, request.name(), source::isActive);
            adopted = true;
            if (made.lifetime() == Lifetime.DEVICE_BOUND && !source.isActive()) {
                body.revoke();
            }
            return body;
        } finally {
            if (!adopted) {
                discard(body, ops, descriptors);
            }
        }
    }

    /** Gives back what was taken over, as if the buffer had lived and were closed. */
    private static void discard(BufferBody body, ExporterOps ops, Descriptors descriptors) {
        if (body != null) {
            body.discard();
            return;
        }
        if (ops != null) {
            ops.release();
        }
        descriptors.close();
    }

    /** Every distinct descriptor, as the exporter gave it and as the core owns it. When one cannot be taken, all are closed. */
    private Map<Fd, Fd> takeDescriptors(ExporterOps ops) {
        Map<Fd, Fd> taken = new IdentityHashMap<>();
        taken.put(made.fd(), null);
        made.modes().forEach(mode -> taken.put(mode.plan().fd().orElse(made.fd()), null));
        boolean all = false;
        try {
            taken.replaceAll((given, mine) -> take(given));
            all = true;
            return taken;
        } finally {
            if (!all) {
                if (ops != null) {
                    ops.release();
                }
                taken.forEach((given, mine) -> Objects.requireNonNullElse(mine, given).close());
            }
        }
    }

    private Fd take(Fd fd) {
        if (!(fd.kernel() instanceof Syscalls)) {
            throw wrong("it returned " + fd + " of a kernel that answers no system calls");
        }
        try {
            return Descriptors.take(fd);
        } catch (IllegalStateException e) {
            throw wrong("it returned a descriptor that is closed, " + fd);
        }
    }

    private Descriptors descriptors(Map<Fd, Fd> taken) {
        Fd buffer = taken.get(made.fd());
        return new Descriptors(buffer, taken.values().stream().filter(fd -> fd != buffer).collect(Collectors.toSet()));
    }

    /** The modes, the default first: of those that the exporter offers, the one whose caching is wanted most. */
    private List<OwnedMode> modes(ExportRequest request, Map<Fd, Fd> taken) {
        List<OwnedMode> modes = new ArrayList<>();
        for (ExportedBuffer.Mode mode : made.modes()) {
            MappingMode narrowed = new MappingMode(mode.mode().name(), narrowed(mode.mode().policy(), request));
            MappingPlan plan = mode.plan();
            modes.add(new OwnedMode(narrowed, taken.get(plan.fd().orElse(made.fd())), plan.offset(), plan.isWholeOnly()));
        }
        if (!request.caching().isEmpty()) {
            OwnedMode wanted = wanted(modes, request.caching());
            modes.remove(wanted);
            modes.addFirst(wanted);
        }
        return List.copyOf(modes);
    }

    private OwnedMode wanted(List<OwnedMode> modes, List<Caching> inOrder) {
        for (Caching caching : inOrder) {
            for (OwnedMode mode : modes) {
                if (mode.policy().mappable() && mode.policy().caching() == caching) {
                    return mode;
                }
            }
        }
        String have = OwnedMode.list(modes);
        String asked = String.join(" or ", inOrder.stream().map(Caching::property).toList());
        throw new DmaBufException(Errno.EOPNOTSUPP, "export", exporter, "its buffer can be mapped as " + have + ", asked for is " + asked);
    }

    private void check(Descriptors descriptors) {
        if (made.isDmaBuf()) {
            checkDmaBuf(descriptors.kernel(), descriptors.buffer().number());
        } else if (made.size() <= 0 || made.size() % MappedMemory.PAGE_SIZE != 0) {
            throw wrong("it says that memory of its device has " + made.size() + " bytes, which are no whole pages");
        }
        for (ExportedBuffer.Mode mode : made.modes()) {
            long offset = mode.plan().offset();
            if (offset < 0 || offset % MappedMemory.PAGE_SIZE != 0) {
                throw wrong("its mapping plan begins at " + offset + ", which is no multiple of the page size");
            }
        }
    }

    private void checkDmaBuf(Syscalls kernel, int fd) {
        if (!DmaBufCalls.isDmaBuf(kernel, fd)) {
            throw wrong("it returned fd " + fd + ", which is no dma-buf");
        }
        long size = kernel.lseek(fd, 0, Posix.SEEK_END);
        if (size != made.size() || size <= 0) {
            throw wrong("it says that fd " + fd + " has " + made.size() + " bytes, the kernel says "
                    + (size < 0 ? Errno.ofResult(size).toString() : Long.toString(size)));
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

    /** Reports what the exporter did, for whoever can mend it, and gives what its caller is told. */
    private DmaBufException wrong(String what) {
        LOG.log(System.Logger.Level.WARNING, "{0} failed to export: {1}", exporter, what);
        return new DmaBufException(Errno.EIO, "export", exporter, "the exporter is at fault: " + what);
    }
}
