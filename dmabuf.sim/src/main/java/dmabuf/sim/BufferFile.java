package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.UserMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A dma-buf: the file operations of {@code drivers/dma-buf/dma-buf.c} in Linux 6.12, over memory that some device of the simulation has
 * provided. Beginning and ending access checks what it is given and waits for the buffer's fences; where the memory is not coherent it also
 * carries the bytes that have changed, and everywhere else it moves none.
 */
final class BufferFile extends SimulatedFile {

    private static final long SYNC_FILE_SIZE = 8;
    private static final long SYNC_FILE_FD = 4;
    private static final int EINVAL = -Errno.EINVAL.number();
    private static final int EFAULT = -Errno.EFAULT.number();
    private static final int ENOTTY = -Errno.ENOTTY.number();

    private final Backing backing;
    /** May end within the last page, of which the rest cannot be mapped then. */
    private final long size;
    private final BufferExport export;
    private final IncoherentMemory incoherent;
    private volatile String name = "";
    private volatile boolean begun;

    /** Takes the memory over, once this returns. The buffer has one user, the token. */
    BufferFile(LinuxSyscalls linux, Descriptors descriptors, int token, Backing backing, long size, BufferExport export) {
        super(linux, descriptors, token);
        this.backing = backing;
        this.size = size;
        this.export = export;
        this.incoherent = export.owner() == null ? null : export.owner().driverObject().incoherent();
    }

    /** Its memory as CPU and device see it; null when they see the same. */
    IncoherentMemory incoherent() {
        return incoherent;
    }

    Backing backing() {
        return backing;
    }

    BufferExport export() {
        return export;
    }

    long size() {
        return size;
    }

    SimulatedBuffer describe() {
        return new SimulatedBuffer(identity().inode(), size, export.exporter(), name);
    }

    @Override
    void release() {
        backing.close();
        if (export.owner() != null) {
            export.owner().put();
        }
        export.released().run();
    }

    @Override
    int accessMode() {
        return export.accessMode();
    }

    @Override
    int ioctl(long request, MemorySegment argument) {
        if (request == DmaBufIoctl.SYNC) {
            return sync(argument.address());
        }
        if (request == DmaBufIoctl.SET_NAME_A || request == DmaBufIoctl.SET_NAME_B) {
            name = CallerMemory.string(argument.address(), DmaBufIoctl.NAME_LEN);
            return 0;
        }
        if (request == DmaBufIoctl.EXPORT_SYNC_FILE) {
            return exportSyncFile(argument.address());
        }
        return request == DmaBufIoctl.IMPORT_SYNC_FILE ? importSyncFile(argument.address()) : ENOTTY;
    }

    /**
     * Beginning waits for fences: a reader for the writers, a writer for everybody. No balance is needed: one beginning is enough for any
     * number of ends, and most drivers do without. A snooping device needs no bytes carried, and nothing is wrong when they are.
     */
    private int sync(long argument) {
        MemorySegment word = CallerMemory.word(argument);
        if (word == null) {
            return EFAULT;
        }
        long flags = word.get(ValueLayout.JAVA_LONG, 0);
        boolean valid = (flags & ~DmaBufIoctl.SYNC_VALID_FLAGS_MASK) == 0 && (flags & DmaBufIoctl.SYNC_RW) != 0;
        if (!valid) {
            return EINVAL;
        }
        if ((flags & DmaBufIoctl.SYNC_END) != 0) {
            if (!begun && export.rules().endNeedsBegin()) {
                return EINVAL;
            }
            int waited = export.rules().endWaits() ? export.reservation().await(false) : 0;
            if (incoherent != null && waited == 0 && (flags & DmaBufIoctl.SYNC_WRITE) != 0) {
                incoherent.publish();
            }
            return waited;
        }
        if (!begun) {
            begun = true;
        }
        int waited = export.reservation().await((flags & DmaBufIoctl.SYNC_WRITE) != 0);
        if (incoherent != null && waited == 0) {
            incoherent.fetch(); // Also for a writer: what it does not write must not be stale when it is published.
        }
        return waited;
    }

    /** A snapshot: fences that are added later are not in it. Of an idle buffer it is something that has happened already. */
    private int exportSyncFile(long argument) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = syncFileArgument(argument, arena);
            List<Fence> pending = export.reservation().pending(isWrite(struct));
            int fd = SyncFile.open(linux, descriptors, "", pending.isEmpty() ? List.of(Fence.STUB) : pending);
            struct.set(ValueLayout.JAVA_INT, SYNC_FILE_FD, fd);
            if (UserMemory.copyTo(argument, struct) < 0) {
                descriptors.close(fd, linux::close);
                return EFAULT;
            }
            return 0;
        }
    }

    private int importSyncFile(long argument) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = syncFileArgument(argument, arena);
            SimulatedFile file = descriptors.find(struct.get(ValueLayout.JAVA_INT, SYNC_FILE_FD));
            if (file == null) {
                return EINVAL;
            }
            try {
                if (!(file instanceof SyncFile fences)) {
                    return EINVAL;
                }
                export.reservation().add(fences.fences(), isWrite(struct));
                return 0;
            } finally {
                file.leave();
            }
        }
    }

    /** Both structs are a u32 of flags, which are checked, and a descriptor. */
    private static MemorySegment syncFileArgument(long argument, Arena arena) {
        MemorySegment struct = CallerMemory.struct(argument, SYNC_FILE_SIZE, arena);
        int flags = struct.get(ValueLayout.JAVA_INT, 0);
        if ((flags & ~DmaBufIoctl.SYNC_RW) != 0 || flags == 0) {
            throw new KernelError(Errno.EINVAL);
        }
        return struct;
    }

    private static boolean isWrite(MemorySegment struct) {
        return (struct.get(ValueLayout.JAVA_INT, 0) & DmaBufIoctl.SYNC_WRITE) != 0;
    }

    /** The checks of {@code do_mmap}, of {@code dma_buf_mmap_internal}, and of the driver's mmap operation, in their order. */
    @Override
    long mmap(long address, long length, int protection, int flags, long offset) {
        int refusal = DriverRules.check(length, protection, flags, offset, accessMode());
        if (refusal < 0) {
            return refusal;
        }
        long whole = MappedMemory.roundUp(length);
        DriverRules rules = export.rules();
        long wholePages = size & -MappedMemory.PAGE_SIZE;
        boolean within = offset >= 0 && offset <= wholePages && whole <= wholePages - offset;
        if (!within || !rules.allows(DriverRules.isPrivate(flags), whole)) {
            return EINVAL;
        }
        if (rules.needsDevice() && export.owner().gpu().isUnplugged()) {
            return -Errno.ENODEV.number();
        }
        if (!rules.allowsOffset(offset)) {
            return EINVAL;
        }
        BufferMapping mapping = new BufferMapping(linux, protection, flags);
        return export.owner() == null
                ? mapping.map(backing.extents(), address, rules.offset(offset), whole)
                : export.owner().driverObject().map(mapping, backing, address, rules.offset(offset), whole);
    }

    /** {@code dma_buf_llseek}: the size can be asked, and nothing else. */
    @Override
    long lseek(long offset, int whence) {
        if (offset != 0) {
            return EINVAL;
        }
        return switch (whence) {
            case Posix.SEEK_END -> size;
            case Posix.SEEK_SET -> 0;
            default -> EINVAL;
        };
    }

    /** {@code dma_buf_poll}: ready for reading when nobody writes any more, and for writing when nobody uses it any more. */
    @Override
    int poll(int fd, int events, int timeoutMillis) {
        boolean read = (events & Posix.POLLIN) != 0;
        boolean write = (events & Posix.POLLOUT) != 0;
        int known = events & (Posix.POLLIN | Posix.POLLOUT);
        Reservation reservation = export.reservation();
        if (known != 0 && timeoutMillis != 0 && !(read && reservation.isIdle(false)) && !(write && reservation.isIdle(true))) {
            int waited = reservation.awaitEither(read, write, timeoutMillis);
            if (waited == Waits.INTERRUPTED) {
                return waited;
            }
        }
        int ready = (read && reservation.isIdle(false) ? Posix.POLLIN : 0) | (write && reservation.isIdle(true) ? Posix.POLLOUT : 0);
        // The token is always ready, so this asks whether the descriptor still is there; and waits when nothing is asked for.
        return known != 0 && ready == 0 ? 0 : super.poll(fd, ready, timeoutMillis);
    }
}
