package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.fd.Errno;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.MappedMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * One buffer of a picture: {@code struct vb2_plane} with the memory that {@code videobuf2-vmalloc.c} keeps for it, which is the camera's
 * own or a dma-buf. Guarded by the camera's lock.
 */
final class Vb2Plane {

    /** Where a plane is among the offsets of the node: 15 bits for the buffer, 3 for the plane, and a page. */
    private static final int BUFFER_SHIFT = 15;
    private static final int PLANE_SHIFT = 12;

    private final int leastLength;
    private int length;
    private int bytesUsed;
    /** What the caller called the dma-buf. */
    private int fd;
    private HeldBuffer dmaBuf;
    private Backing own;
    private long offset;
    private DeviceView view;
    /** The dma-bufs that it was exported as, some of which may be gone. */
    private final List<Long> exported = new ArrayList<>();

    Vb2Plane(int leastLength) {
        this.leastLength = leastLength;
        this.length = leastLength;
    }

    /** Gives it memory of the camera's own. */
    void allocate(BufferFactory buffers, int buffer, int plane) {
        long size = MappedMemory.roundUp(leastLength);
        own = buffers.memory(Vb2Queue.EXPORTER, size);
        try {
            view = DeviceView.of(buffers.linux(), own, size);
        } catch (KernelError e) {
            own.close();
            throw e;
        }
        offset = (long) buffer << BUFFER_SHIFT | (long) plane << PLANE_SHIFT;
    }

    /** The memory of the camera's own. */
    Backing own() {
        return own;
    }

    long offset() {
        return offset;
    }

    /** Whether a dma-buf, of which so many bytes are to be used, is the one that it has. */
    boolean has(BufferFile buffer, int size) {
        return dmaBuf != null && dmaBuf.buffer() == buffer && length == size;
    }

    /** {@code vb2_vmalloc_attach_dmabuf} and {@code map_dmabuf}: takes a dma-buf for the camera to write into. */
    void attach(LinuxSyscalls linux, Descriptors descriptors, BufferFile buffer, int number, int size) {
        if (buffer.size() < Integer.toUnsignedLong(size) || !buffer.export().rules().canBeVmapped()) {
            throw new KernelError(Errno.EFAULT);
        }
        HeldBuffer held = HeldBuffer.of(linux, descriptors, buffer, number);
        try {
            view = DeviceView.of(linux, buffer, Integer.toUnsignedLong(size));
        } catch (KernelError e) {
            dmaBuf = held; // Let go of with the rest.
            throw new KernelError(Errno.EFAULT);
        }
        dmaBuf = held;
        length = size;
    }

    /** Gives its memory up; what that takes is done by the caller when no lock is held. */
    void release(List<Runnable> afterwards) {
        DeviceView oldView = view;
        HeldBuffer oldBuffer = dmaBuf;
        Backing oldOwn = own;
        view = null;
        dmaBuf = null;
        own = null;
        length = 0;
        bytesUsed = 0;
        fd = 0;
        afterwards.add(() -> {
            if (oldView != null) {
                oldView.close();
            }
            if (oldBuffer != null) {
                oldBuffer.put();
            }
            if (oldOwn != null) {
                oldOwn.close();
            }
        });
    }

    DeviceView view() {
        return view;
    }

    int length() {
        return length;
    }

    int leastLength() {
        return leastLength;
    }

    void setPayload(int bytes) {
        bytesUsed = bytes;
    }

    void setFd(int number) {
        fd = number;
    }

    void exportedAs(long inode) {
        exported.add(inode);
    }

    /** {@code vb2_vmalloc_num_users} of more than one: a caller has the memory mapped, or has a dma-buf of it. */
    boolean isInUse(Descriptors descriptors, NodeMappings<Backing> mappings) {
        exported.removeIf(inode -> {
            SimulatedFile file = descriptors.ofInode(inode);
            if (file == null) {
                return true;
            }
            file.leave();
            return false;
        });
        return !exported.isEmpty() || own != null && mappings.contains(own);
    }

    /** Tells the caller of a buffer with one plane. */
    void fillBuffer(MemorySegment buffer) {
        buffer.set(JAVA_INT, V4l2Uapi.BUFFER_LENGTH, length);
        buffer.set(JAVA_INT, V4l2Uapi.BUFFER_BYTESUSED, bytesUsed);
        buffer.set(JAVA_INT, V4l2Uapi.BUFFER_M, name());
    }

    /** Tells the caller of one plane among several. */
    void fillPlane(MemorySegment planes, int plane) {
        MemorySegment struct = planes.asSlice((long) plane * V4l2Uapi.PLANE_SIZE, V4l2Uapi.PLANE_SIZE);
        struct.set(JAVA_INT, V4l2Uapi.PLANE_BYTESUSED, bytesUsed);
        struct.set(JAVA_INT, V4l2Uapi.PLANE_LENGTH, length);
        struct.set(JAVA_INT, V4l2Uapi.PLANE_M, name());
        struct.set(JAVA_INT, V4l2Uapi.PLANE_DATA_OFFSET, 0);
        struct.asSlice(V4l2Uapi.PLANE_RESERVED).fill((byte) 0);
    }

    private int name() {
        return own != null ? (int) offset : fd;
    }
}
