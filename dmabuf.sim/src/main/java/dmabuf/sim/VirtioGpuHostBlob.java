package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.SyscallResult;

/** Memory of the host that the guest sees through the window: {@code virtgpu_vram.c} of Linux 6.12. */
final class VirtioGpuHostBlob extends VirtioGpuResource {

    /** Where it is in the window, of one that is not mappable nowhere. */
    static final long NOWHERE = -1;

    private static final int EINVAL = -Errno.EINVAL.number();

    private final HostVisibleMemory window;
    private final long physical;
    private final long size;
    private final boolean hostHasIt;

    /**
     * Keeps what is known when it is made.
     *
     * @param number the host's name for it
     * @param window where the host maps it
     * @param physical where in the window, or NOWHERE
     * @param size in bytes, whole pages
     * @param hostHasIt whether the host's renderer knew the blob; if not, it has answered the request to map it with an error
     */
    VirtioGpuHostBlob(int number, HostVisibleMemory window, long physical, long size, boolean hostHasIt) {
        super(number, false, true, VirtioGpuUapi.BLOB_MEM_HOST3D);
        this.window = window;
        this.physical = physical;
        this.size = size;
        this.hostHasIt = hostHasIt;
    }

    @Override
    public DriverRules rules(DrmDriver driver) {
        return DriverRules.VIRTIO_VRAM;
    }

    /** Only as a whole, of a mappable one, and when the host has mapped it. */
    @Override
    public long map(BufferMapping mapping, Backing memory, long address, long offset, long length) {
        if (physical == NOWHERE || !hostHasIt || length != size) {
            return EINVAL;
        }
        long mapped = mapping.map(memory.extents(), address, offset, length);
        if (!SyscallResult.isError(mapped)) {
            window.mapped(mapped, length, physical);
        }
        return mapped;
    }

    /** {@code virtio_gpu_vram_map_dma_buf}: what is not in the window has no address that a device could use. */
    void checkAttach() {
        if (physical == NOWHERE) {
            throw new KernelError(Errno.EIO);
        }
    }

    @Override
    public void freed() {
        if (physical != NOWHERE) {
            window.free(physical);
        }
    }
}
