package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;
import java.lang.foreign.MemorySegment;

/** The requests that make resources and tell about them: {@code virtgpu_ioctl.c} and {@code virtgpu_object.c} of Linux 6.12. */
final class VirtioGpuResources {

    /** {@code PIPE_TEXTURE_2D}, the only target without 3D. */
    private static final int TARGET_2D = 2;
    /** All the offsets that a DRM device has to give, {@code DRM_FILE_PAGE_OFFSET_SIZE}. */
    private static final long OFFSETS = 0xfffffL * 256 * MappedMemory.PAGE_SIZE;
    /** A command is made of words. */
    private static final int WORD = 4;

    private final VirtioGpuDriver driver;
    private final VirtioGpuFeatures features;
    private final DrmClient client;
    private final VirtioGpuContext context;

    VirtioGpuResources(VirtioGpuDriver driver, DrmClient client, VirtioGpuContext context) {
        this.driver = driver;
        this.features = driver.features();
        this.client = client;
        this.context = context;
    }

    /** What the driver keeps of the object behind a handle; ENOENT for a handle that is none. */
    static VirtioGpuResource resource(DrmClient client, int handle) {
        GemObject object = client.handles().get(handle);
        if (object == null) {
            throw new KernelError(Errno.ENOENT);
        }
        try {
            return (VirtioGpuResource) object.driverObject();
        } finally {
            object.put();
        }
    }

    /** {@code virtio_gpu_resource_create_ioctl}: the host looks at what a renderer is to make, and the driver where there is none. */
    int create(MemorySegment create) {
        if (features.has3d()) {
            context.create();
        } else {
            boolean plain = isAtMostOne(create, VirtioGpuUapi.CREATE_DEPTH) && isAtMostOne(create, VirtioGpuUapi.CREATE_NR_SAMPLES)
                    && isAtMostOne(create, VirtioGpuUapi.CREATE_LAST_LEVEL) && isAtMostOne(create, VirtioGpuUapi.CREATE_ARRAY_SIZE)
                    && create.get(JAVA_INT, VirtioGpuUapi.CREATE_TARGET) == TARGET_2D;
            if (!plain) {
                throw new KernelError(Errno.EINVAL);
            }
        }
        long asked = Integer.toUnsignedLong(create.get(JAVA_INT, VirtioGpuUapi.CREATE_SIZE));
        long size = asked == 0 ? MappedMemory.PAGE_SIZE : MappedMemory.roundUp(asked);
        checkGuestMemory(size);
        VirtioGpuResource resource = new VirtioGpuResource(driver.nextResource(), false, false, 0);
        GemObject object = client.gpu().create(size, resource);
        create.set(JAVA_INT, VirtioGpuUapi.CREATE_RES_HANDLE, resource.number());
        create.set(JAVA_INT, VirtioGpuUapi.CREATE_BO_HANDLE, handle(object));
        return 0;
    }

    private static boolean isAtMostOne(MemorySegment create, int field) {
        return Integer.compareUnsigned(create.get(JAVA_INT, field), 1) <= 0;
    }

    /** The handle keeps the object from now on. */
    private int handle(GemObject object) {
        int handle = client.handles().add(object);
        object.put();
        return handle;
    }

    /** {@code drm_gem_shmem_create}: a file of that size, then offsets to map it at, then the pages. */
    private static void checkGuestMemory(long size) {
        if (size < 0) {
            throw new KernelError(Errno.EINVAL);
        }
        checkOffsets(size);
        if (size > PhysicalMemory.bytes()) {
            throw new KernelError(Errno.ENOMEM);
        }
    }

    private static void checkOffsets(long size) {
        if (size == 0 || Long.compareUnsigned(size, OFFSETS) > 0) {
            throw new KernelError(Errno.ENOSPC);
        }
    }

    /** {@code virtio_gpu_resource_create_blob_ioctl}. */
    int createBlob(MemorySegment blob) {
        verify(blob);
        int memory = blob.get(JAVA_INT, VirtioGpuUapi.BLOB_MEM);
        if (features.has3d()) {
            context.create();
        }
        int commandSize = blob.get(JAVA_INT, VirtioGpuUapi.BLOB_CMD_SIZE);
        if (commandSize != 0) {
            context.submit(blob.get(JAVA_LONG, VirtioGpuUapi.BLOB_CMD), commandSize);
        }
        // Whole pages, in arithmetic that wraps.
        long size = blob.get(JAVA_LONG, VirtioGpuUapi.BLOB_SIZE) + MappedMemory.PAGE_SIZE - 1 & -MappedMemory.PAGE_SIZE;
        GemObject object = memory == VirtioGpuUapi.BLOB_MEM_HOST3D ? hostBlob(blob, size) : guestBlob(memory, size);
        blob.set(JAVA_INT, VirtioGpuUapi.BLOB_RES_HANDLE, ((VirtioGpuResource) object.driverObject()).number());
        blob.set(JAVA_INT, VirtioGpuUapi.BLOB_BO_HANDLE, handle(object));
        return 0;
    }

    /** {@code verify_blob}, in its order, though every refusal is the same. */
    private void verify(MemorySegment blob) {
        int flags = blob.get(JAVA_INT, VirtioGpuUapi.BLOB_FLAGS_FIELD);
        int memory = blob.get(JAVA_INT, VirtioGpuUapi.BLOB_MEM);
        boolean host = memory == VirtioGpuUapi.BLOB_MEM_HOST3D || memory == VirtioGpuUapi.BLOB_MEM_HOST3D_GUEST;
        int commandSize = blob.get(JAVA_INT, VirtioGpuUapi.BLOB_CMD_SIZE);
        boolean valid = features.hasBlobs()
                && (flags & ~VirtioGpuUapi.BLOB_FLAGS) == 0
                && ((flags & VirtioGpuUapi.BLOB_FLAG_USE_CROSS_DEVICE) == 0 || features.hasUuids())
                && (host || memory == VirtioGpuUapi.BLOB_MEM_GUEST)
                && (host
                        ? features.has3d() && commandSize % WORD == 0
                        : blob.get(JAVA_LONG, VirtioGpuUapi.BLOB_ID) == 0 && commandSize == 0);
        if (!valid) {
            throw new KernelError(Errno.EINVAL);
        }
    }

    private GemObject guestBlob(int memory, long size) {
        checkGuestMemory(size);
        boolean host = memory == VirtioGpuUapi.BLOB_MEM_HOST3D_GUEST;
        return client.gpu().create(size, new VirtioGpuResource(driver.nextResource(), true, host, memory));
    }

    /** {@code virtio_gpu_vram_create}: whether the host could make and map it shows only when somebody maps it. */
    private GemObject hostBlob(MemorySegment blob, long size) {
        checkOffsets(size);
        boolean hostHasIt = context.takeBlob(blob.get(JAVA_LONG, VirtioGpuUapi.BLOB_ID));
        boolean mappable = (blob.get(JAVA_INT, VirtioGpuUapi.BLOB_FLAGS_FIELD) & VirtioGpuUapi.BLOB_FLAG_USE_MAPPABLE) != 0;
        HostVisibleMemory window = features.hostVisible();
        if (mappable && window == null) {
            throw new KernelError(Errno.EINVAL);
        }
        long physical = mappable ? window.allocate(size) : VirtioGpuHostBlob.NOWHERE;
        VirtioGpuHostBlob resource = new VirtioGpuHostBlob(driver.nextResource(), window, physical, size, hostHasIt);
        try {
            return client.gpu().create(size, resource);
        } catch (RuntimeException e) {
            resource.freed();
            throw e;
        }
    }

    /** {@code virtio_gpu_resource_info_ioctl}: of what is no blob, the caller's own bytes come back. */
    int info(MemorySegment info) {
        GemObject object = client.handles().get(info.get(JAVA_INT, VirtioGpuUapi.INFO_BO_HANDLE));
        if (object == null) {
            throw new KernelError(Errno.ENOENT);
        }
        try {
            VirtioGpuResource resource = (VirtioGpuResource) object.driverObject();
            info.set(JAVA_INT, VirtioGpuUapi.INFO_SIZE, (int) object.size());
            info.set(JAVA_INT, VirtioGpuUapi.INFO_RES_HANDLE, resource.number());
            if (resource.isBlob()) {
                info.set(JAVA_INT, VirtioGpuUapi.INFO_BLOB_MEM, resource.blobMemory());
            }
            return 0;
        } finally {
            object.put();
        }
    }
}
