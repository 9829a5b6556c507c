package dmabuf.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Ioctl;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * An open VFIO device. Whoever plays the virtual machine opens it ({@link #open}) and may lend it to others; a VMM that has a descriptor
 * already wraps it ({@link #adopt}). As a service it carries the property {@code dmabuf.device}, its name.
 *
 * <p>Closing the last descriptor of a device resets it, or forgets what it was doing; dma-bufs that it has given out go on.
 *
 * <p>Thread-safe, as the kernel is; after {@link #close} calls throw {@code IllegalStateException}. When the device goes, they are refused
 * with ENODEV or what its driver says.
 */
public final class VfioDevice implements AutoCloseable {

    private static final int INTERRUPTED = -Errno.EINTR.number();

    private final Syscalls kernel;
    private final String name;
    private final Fd fd;
    /** What is to be closed after the device; null where others see to that. */
    private final VfioGroup group;

    private VfioDevice(Syscalls kernel, String name, Fd fd, VfioGroup group) {
        this.kernel = kernel;
        this.name = name;
        this.fd = fd;
        this.group = group;
    }

    /**
     * Opens a device by way of its group: container, group, IOMMU of type 1, device. While it is open nobody else can open the group.
     *
     * @param kernel whose device it is
     * @param node the group's node, {@code /dev/vfio/GROUP}
     * @param name the device's name: its PCI address, or the UUID of a mediated device
     * @return the device, which the caller closes
     * @throws DmaBufException EBUSY when somebody else has the group open; EACCES or EPERM without permission, and EPERM for a group that
     *     is not viable, with what to do about it; ENOENT or ENODEV when there is no such group or device; EOPNOTSUPP when the kernel
     *     lacks the IOMMU interface; EINVAL for a name with a NUL in it; EMFILE. Then nothing stays open
     */
    public static VfioDevice open(Syscalls kernel, String node, String name) {
        if (name.indexOf('\0') >= 0) {
            throw new DmaBufException(Errno.EINVAL, "VFIO_GROUP_GET_DEVICE_FD", node, "the device's name has a NUL in it");
        }
        VfioGroup group = VfioGroup.open(kernel, node);
        try {
            return new VfioDevice(kernel, name, group.device(name), group);
        } catch (RuntimeException e) {
            group.close();
            throw e;
        }
    }

    /**
     * Opens a device that was found.
     *
     * @param kernel whose device it is
     * @param found one of {@link VfioNodes#list}
     * @return the device, which the caller closes
     * @throws DmaBufException as {@link #open(Syscalls, String, String)} says
     */
    public static VfioDevice open(Syscalls kernel, VfioNode found) {
        return open(kernel, found.node(), found.name());
    }

    /**
     * Takes over a device that somebody has opened, for instance a VMM that keeps its own duplicate.
     *
     * @param kernel whose device it is
     * @param fd the device; {@link #close} closes it
     * @param name its name, for messages and services
     * @return the device, which the caller closes
     */
    public static VfioDevice adopt(Syscalls kernel, Fd fd, String name) {
        return new VfioDevice(Objects.requireNonNull(kernel, "kernel"), Objects.requireNonNull(name, "name"),
                Objects.requireNonNull(fd, "fd"), null);
    }

    /**
     * Gives the name that it was opened by.
     *
     * @return a PCI address or a UUID, most likely
     */
    public String name() {
        return name;
    }

    /**
     * Tells who answers for it.
     *
     * @return the kernel
     */
    public Syscalls kernel() {
        return kernel;
    }

    /**
     * Gives the device's descriptor, to map regions through.
     *
     * @return the descriptor, which stays this object's
     */
    public Fd fd() {
        return fd;
    }

    /**
     * Asks what the device is: {@code VFIO_DEVICE_GET_INFO}.
     *
     * @return its answer
     * @throws DmaBufException ENOTTY when it is no VFIO device; ENODEV when it has gone
     */
    public VfioDeviceInfo info() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(VfioDeviceInfo.SIZE, Long.BYTES);
            struct.set(JAVA_INT, 0, VfioDeviceInfo.SIZE);
            call(VfioIoctl.DEVICE_GET_INFO, struct, "VFIO_DEVICE_GET_INFO", name);
            return new VfioDeviceInfo(struct.get(JAVA_INT, VfioDeviceInfo.FLAGS), struct.get(JAVA_INT, VfioDeviceInfo.NUM_REGIONS),
                    struct.get(JAVA_INT, VfioDeviceInfo.NUM_IRQS));
        }
    }

    /**
     * Asks about a region: {@code VFIO_DEVICE_GET_REGION_INFO}.
     *
     * @param index its number, of {@link VfioIoctl} or as the device has said
     * @return its answer; of size 0 where the device has the number and nothing behind it
     * @throws DmaBufException EINVAL when there is no such number; ENODEV when the device has gone
     */
    public VfioRegion region(int index) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(VfioRegion.SIZE, Long.BYTES);
            struct.set(JAVA_INT, 0, VfioRegion.SIZE);
            struct.set(JAVA_INT, VfioRegion.INDEX, index);
            call(VfioIoctl.DEVICE_GET_REGION_INFO, struct, "VFIO_DEVICE_GET_REGION_INFO", name + ", region " + index);
            return new VfioRegion(index, struct.get(JAVA_INT, VfioRegion.FLAGS), struct.get(JAVA_LONG, VfioRegion.REGION_SIZE),
                    struct.get(JAVA_LONG, VfioRegion.OFFSET));
        }
    }

    /**
     * Reads from a region by pread(2). A register is read in one access where offset and length are its own.
     *
     * @param region one of this device
     * @param at where in the region, in bytes
     * @param target native memory, filled whole
     * @throws DmaBufException EINVAL for a range that is not in the region; EIO when the device gives less; else what the driver says
     */
    public void read(VfioRegion region, long at, MemorySegment target) {
        long length = target.byteSize();
        check(region, at, length, "pread");
        for (long done = 0; done < length; ) {
            done += advanced(kernel.pread(fd.number(), target.asSlice(done), region.offset() + at + done), "pread", region, at + done);
        }
    }

    /**
     * Writes to a region by pwrite(2). A register is written in one access where offset and length are its own.
     *
     * @param region one of this device
     * @param at where in the region, in bytes
     * @param source native memory, written whole
     * @throws DmaBufException EINVAL for a range that is not in the region; EIO when the device takes less; else what the driver says
     */
    public void write(VfioRegion region, long at, MemorySegment source) {
        long length = source.byteSize();
        check(region, at, length, "pwrite");
        for (long done = 0; done < length; ) {
            done += advanced(kernel.pwrite(fd.number(), source.asSlice(done), region.offset() + at + done), "pwrite", region, at + done);
        }
    }

    /** How far a call has come; an interrupted one has come nowhere. */
    private long advanced(long result, String operation, VfioRegion region, long at) {
        if (result == INTERRUPTED) {
            return 0;
        }
        String subject = name + ", " + region + " at " + at;
        if (SyscallResult.check(result, operation, subject) == 0) {
            throw new DmaBufException(Errno.EIO, operation, subject, "the device has said that there is more here");
        }
        return result;
    }

    /**
     * Maps a part of a region, shared. What attribute the mapping has is the driver's affair; BARs of real devices are uncached.
     *
     * @param region one of this device
     * @param at where in the region, in bytes, a multiple of the page size
     * @param length how much, in bytes
     * @param writable whether the mapping may be written
     * @param arena the mapping's owner, with which it ends; until then it keeps the device open
     * @return the memory
     * @throws DmaBufException EINVAL for a range that is not in the region, and what mmap(2) and the driver say
     */
    public MemorySegment map(VfioRegion region, long at, long length, boolean writable, Arena arena) {
        check(region, at, length, "mmap");
        return MappedMemory.map(kernel, fd.number(), region.offset() + at, length, writable, arena);
    }

    private void check(VfioRegion region, long at, long length, String operation) {
        if (!region.contains(at, length)) {
            throw new DmaBufException(Errno.EINVAL, operation, name + ", " + region, length + " bytes at " + at + " do not lie in it");
        }
    }

    /**
     * Resets the device: {@code VFIO_DEVICE_RESET}.
     *
     * @throws DmaBufException ENOTTY or EINVAL when it cannot be reset; ENODEV when it has gone
     */
    public void reset() {
        call(VfioIoctl.DEVICE_RESET, MemorySegment.NULL, "VFIO_DEVICE_RESET", name);
    }

    /**
     * Issues a request, restarted when it is interrupted.
     *
     * @param request the request number
     * @param struct its struct
     * @return the answer, or a negated errno
     */
    public int ioctl(long request, MemorySegment struct) {
        return Ioctl.restarting(kernel, fd.number(), request, struct);
    }

    /**
     * Issues a request that must succeed.
     *
     * @param request the request number
     * @param struct its struct
     * @param operation the request's name, for messages
     * @param subject what it is issued on, for messages
     * @return the answer
     * @throws DmaBufException with the driver's errno
     */
    public int call(long request, MemorySegment struct, String operation, String subject) {
        return SyscallResult.check(ioctl(request, struct), operation, subject);
    }

    /** Closes the descriptor, and the group if it was opened here. Mappings and dma-bufs go on. The second and later calls do nothing. */
    @Override
    public void close() {
        try {
            fd.close();
        } finally {
            if (group != null) {
                group.close();
            }
        }
    }

    /** Says the name, for messages. */
    @Override
    public String toString() {
        return name + ", " + fd;
    }
}
