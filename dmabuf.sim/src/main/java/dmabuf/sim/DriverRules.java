package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;

/**
 * In what the dma-bufs of one driver differ from those of another: the driver's mmap and end_cpu_access operations; and what
 * {@code do_mmap} checks before, which is the same for every file.
 */
enum DriverRules {

    /** {@code mmap_udmabuf} wants shared mappings, and {@code end_cpu_udmabuf} that access was begun once, be it long ago. */
    UDMABUF {
        @Override
        boolean endNeedsBegin() {
            return true;
        }
    },

    /** {@code system_heap_mmap} maps page by page, which {@code remap_pfn_range} refuses in a private mapping of several. */
    HEAP {
        @Override
        boolean allows(boolean isPrivate, long length) {
            return !isPrivate || length == MappedMemory.PAGE_SIZE;
        }
    },

    /** {@code drm_gem_shmem_mmap} wants shared mappings, and its fault handler counts pages from where the mapping begins. */
    DRM_SHMEM {
        @Override
        long offset(long asked) {
            return 0;
        }
    },

    /**
     * {@code virtio_gpu_vram_mmap}: memory of the host, remapped as a whole from its beginning, wherever in the buffer a mapping was to
     * begin; and so a private mapping is possible too, {@code remap_pfn_range} says.
     */
    VIRTIO_VRAM {
        @Override
        boolean canBeVmapped() {
            return false;
        }

        @Override
        boolean allows(boolean isPrivate, long length) {
            return true;
        }
    },

    /** {@code vb2_vmalloc_mmap}: page by page from the beginning, wherever in the buffer a mapping was to begin. */
    VB2_VMALLOC {
        @Override
        boolean allows(boolean isPrivate, long length) {
            return true;
        }

        @Override
        long offset(long asked) {
            return 0;
        }
    },

    /**
     * {@code mbochs_mmap_dmabuf} wants {@code VM_SHARED}, which no mapping has of a file that is open for reading only, as its dma-bufs
     * are: no CPU can map them.
     */
    MBOCHS {
        @Override
        boolean canBeVmapped() {
            return false;
        }

        @Override
        boolean allows(boolean isPrivate, long length) {
            return false;
        }
    },

    /** The simulated vGPU's buffers, which can be looked at in shared mappings. */
    VGPU,

    /** {@code drm_gem_ttm_mmap}: memory of the device's own, in shared mappings. */
    DRM_TTM,

    /** {@code i915_gem_dmabuf_mmap} of an integrated GPU: the shmem file's own mmap, private or shared, whatever became of the device. */
    I915_SHMEM {
        @Override
        boolean allows(boolean isPrivate, long length) {
            return true;
        }

        @Override
        boolean endWaits() {
            return true;
        }
    },

    /** {@code i915_gem_dmabuf_mmap} of a discrete GPU: {@code i915_gem_mmap}, which wants the device, and the beginning of the object. */
    I915_TTM {
        @Override
        boolean allows(boolean isPrivate, long length) {
            return true;
        }

        @Override
        boolean allowsOffset(long asked) {
            return asked == 0;
        }

        @Override
        boolean needsDevice() {
            return true;
        }

        @Override
        boolean endWaits() {
            return true;
        }
    };

    private static final int MAP_TYPE = 0xf;
    private static final int MAP_SHARED_VALIDATE = 3;
    private static final int EINVAL = -Errno.EINVAL.number();
    /** The addresses that a process has, {@code TASK_SIZE} of x86-64. */
    private static final long ADDRESS_SPACE = (1L << 47) - MappedMemory.PAGE_SIZE;

    /** Whether ending what was never begun is EINVAL. */
    boolean endNeedsBegin() {
        return false;
    }

    /** Whether a mapping of so many bytes, whole pages, is possible. It is private when writing to it would copy a page. */
    boolean allows(boolean isPrivate, long length) {
        return !isPrivate;
    }

    /** Whether a mapping may begin so far behind the buffer's beginning. */
    boolean allowsOffset(long asked) {
        return true;
    }

    /** Whether mapping the dma-buf needs the device that it came from, and is ENODEV without. */
    boolean needsDevice() {
        return false;
    }

    /** Whether the kernel, and so a device that writes by the CPU, can have the buffer's memory mapped for itself. */
    boolean canBeVmapped() {
        return true;
    }

    /** Whether {@code end_cpu_access} waits for whoever still writes the buffer. */
    boolean endWaits() {
        return false;
    }

    /** Where in the buffer a mapping really begins that was asked for at some offset. */
    long offset(long asked) {
        return asked;
    }

    static boolean isPrivate(int flags) {
        return (flags & MAP_TYPE) == Posix.MAP_PRIVATE;
    }

    /** The checks of {@code do_mmap}, in its order: 0, or a negated errno. Offsets are unsigned there. */
    static int check(long length, int protection, int flags, long offset, int accessMode) {
        if (offset % MappedMemory.PAGE_SIZE != 0 || length == 0) {
            return EINVAL;
        }
        if (length < 0 || length > ADDRESS_SPACE) {
            return -Errno.ENOMEM.number();
        }
        if (Long.compareUnsigned(offset, -1 - MappedMemory.roundUp(length)) > 0) {
            return -Errno.EOVERFLOW.number();
        }
        int type = flags & MAP_TYPE;
        boolean shared = type == Posix.MAP_SHARED || type == MAP_SHARED_VALIDATE;
        if (!shared && type != Posix.MAP_PRIVATE) {
            return EINVAL;
        }
        boolean writes = shared && (protection & Posix.PROT_WRITE) != 0;
        boolean denied = !SimulatedFile.isReadable(accessMode) || writes && !SimulatedFile.isWritable(accessMode);
        return denied ? -Errno.EACCES.number() : 0;
    }
}
