package dmabuf.linux.drm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.api.Access;
import dmabuf.fd.Fd;
import dmabuf.linux.DeviceNode;
import dmabuf.linux.Ioctl;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An open DRM node: one client of the device, with a handle space of its own.
 *
 * <p>Handles are plain numbers and not reference-counted: importing the same dma-buf twice gives the same handle, and closing it once
 * closes it for both. Whoever keeps a node open counts its handles.
 *
 * <p>Thread-safe, as the kernel is; after {@link #close} calls throw {@code IllegalStateException}. Dma-bufs that were exported outlive the
 * node.
 */
public final class DrmDevice implements AutoCloseable {

    private static final int VERSION_SIZE = 64;
    private static final int VERSION_NAME_LENGTH = 16;
    private static final int VERSION_NAME = 24;
    private static final int LONGEST_NAME = 64;
    private static final int PRIME_SIZE = 12;
    private static final int PRIME_FLAGS = 4;
    private static final int PRIME_FD = 8;

    private final Syscalls kernel;
    private final String node;
    private final Fd fd;

    private DrmDevice(Syscalls kernel, String node, Fd fd) {
        this.kernel = kernel;
        this.node = node;
        this.fd = fd;
    }

    /**
     * Opens a node.
     *
     * @param kernel whose node it is
     * @param node its path
     * @return the device, which the caller closes
     * @throws dmabuf.api.DmaBufException as {@link DeviceNode#open} says
     */
    public static DrmDevice open(Syscalls kernel, String node) {
        return new DrmDevice(kernel, node, DeviceNode.open(kernel, node, Posix.O_RDWR, null));
    }

    /**
     * Asks the driver's name. A device is known by what it says, never by how its node is called.
     *
     * @return the name, such as {@code i915} or {@code virtio_gpu}
     * @throws dmabuf.api.DmaBufException ENOTTY when the node is no DRM device
     */
    public String driver() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(LONGEST_NAME);
            MemorySegment version = arena.allocate(VERSION_SIZE, Long.BYTES);
            version.set(JAVA_LONG, VERSION_NAME_LENGTH, LONGEST_NAME - 1L);
            version.set(ADDRESS, VERSION_NAME, name);
            call(DrmIoctl.VERSION, version, "DRM_IOCTL_VERSION", node);
            return name.getString(0);
        }
    }

    /**
     * Asks a capability.
     *
     * @param capability such as {@link DrmIoctl#CAP_DUMB_BUFFER}
     * @return its value; 0 when the driver does not know it
     */
    public long capability(long capability) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(2L * Long.BYTES, Long.BYTES);
            struct.set(JAVA_LONG, 0, capability);
            return ioctl(DrmIoctl.GET_CAP, struct) < 0 ? 0 : struct.get(JAVA_LONG, Long.BYTES);
        }
    }

    /**
     * Exports a handle as a dma-buf, which then lives on its own.
     *
     * @param handle a handle of this client
     * @param access {@link Access#READ} for a buffer that nobody may map for writing; everything else includes writing, as O_RDWR does
     * @return the dma-buf, which the caller closes
     * @throws dmabuf.api.DmaBufException ENOENT for a handle that is none, ENOSYS when the driver cannot export
     */
    public Fd exportHandle(int handle, Access access) {
        int flags = access == Access.READ ? DrmIoctl.CLOEXEC : DrmIoctl.CLOEXEC | DrmIoctl.RDWR;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment prime = arena.allocate(PRIME_SIZE, Integer.BYTES);
            prime.set(JAVA_INT, 0, handle);
            prime.set(JAVA_INT, PRIME_FLAGS, flags);
            call(DrmIoctl.PRIME_HANDLE_TO_FD, prime, "DRM_IOCTL_PRIME_HANDLE_TO_FD", node + ", handle " + handle);
            return Fd.adopt(prime.get(JAVA_INT, PRIME_FD), kernel);
        }
    }

    /**
     * Imports a dma-buf.
     *
     * @param buffer a dma-buf; only looked at
     * @return its handle, the same one for the same buffer every time
     * @throws dmabuf.api.DmaBufException EINVAL for a descriptor that is no dma-buf, and what the driver says to a foreign one
     */
    public int importHandle(Fd buffer) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment prime = arena.allocate(PRIME_SIZE, Integer.BYTES);
            prime.set(JAVA_INT, PRIME_FD, buffer.number());
            call(DrmIoctl.PRIME_FD_TO_HANDLE, prime, "DRM_IOCTL_PRIME_FD_TO_HANDLE", node + ", " + buffer);
            return prime.get(JAVA_INT, 0);
        }
    }

    /**
     * Gives a handle back. A dma-buf that was made of it is not concerned.
     *
     * @param handle a handle of this client
     * @throws dmabuf.api.DmaBufException EINVAL for a handle that is none
     */
    public void closeHandle(int handle) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(2L * Integer.BYTES, Integer.BYTES);
            struct.set(JAVA_INT, 0, handle);
            call(DrmIoctl.GEM_CLOSE, struct, "DRM_IOCTL_GEM_CLOSE", node + ", handle " + handle);
        }
    }

    /**
     * Issues a request of the driver's, restarted as libdrm does.
     *
     * @param request the request number
     * @param struct its struct
     * @return the answer, or a negated errno
     */
    public int ioctl(long request, MemorySegment struct) {
        return Ioctl.restarting(kernel, fd.number(), request, struct);
    }

    /**
     * Issues a request of the driver's that must succeed.
     *
     * @param request the request number
     * @param struct its struct
     * @param operation the request's name, for messages
     * @param subject what it is issued on, for messages
     * @return the answer
     * @throws dmabuf.api.DmaBufException with the driver's errno
     */
    public int call(long request, MemorySegment struct, String operation, String subject) {
        return SyscallResult.check(ioctl(request, struct), operation, subject);
    }

    /**
     * Gives the node's descriptor, to map buffers through.
     *
     * @return the descriptor, which stays this object's
     */
    public Fd fd() {
        return fd;
    }

    /** Ends this client: its handles are gone, its dma-bufs are not. The second and later calls do nothing. */
    @Override
    public void close() {
        fd.close();
    }
}
