package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.fd.Errno;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;

/**
 * The requests by which bytes go between the guest's memory of a resource and the host's, and by which a client waits for the host. The
 * simulated host is done at once, and has no picture to show, so that a transfer moves nothing that anybody could see.
 */
final class VirtioGpuTransfers {

    private static final long LONGEST_WAIT_MILLIS = TimeUnit.SECONDS.toMillis(15);

    private final VirtioGpuFeatures features;
    private final DrmClient client;
    private final VirtioGpuContext context;

    VirtioGpuTransfers(VirtioGpuFeatures features, DrmClient client, VirtioGpuContext context) {
        this.features = features;
        this.client = client;
        this.context = context;
    }

    /** {@code virtio_gpu_transfer_from_host_ioctl}. */
    int fromHost(MemorySegment transfer) {
        if (!features.has3d()) {
            throw new KernelError(Errno.ENOSYS);
        }
        context.create();
        check(transfer);
        return 0;
    }

    /** {@code virtio_gpu_transfer_to_host_ioctl}: without 3D it is that of a picture, whose lines are as long as they are. */
    int toHost(MemorySegment transfer) {
        check(transfer);
        if (features.has3d()) {
            context.create();
        }
        return 0;
    }

    private void check(MemorySegment transfer) {
        VirtioGpuResource resource = VirtioGpuResources.resource(client, transfer.get(JAVA_INT, VirtioGpuUapi.TRANSFER_BO_HANDLE));
        if (resource.isOnlyGuests()) {
            throw new KernelError(Errno.EINVAL);
        }
        boolean strided = (transfer.get(JAVA_INT, VirtioGpuUapi.TRANSFER_STRIDE)
                | transfer.get(JAVA_INT, VirtioGpuUapi.TRANSFER_LAYER_STRIDE)) != 0;
        if (features.has3d() && strided && !resource.isHostBlob()) {
            throw new KernelError(Errno.EINVAL);
        }
    }

    /** {@code virtio_gpu_wait_ioctl}: for all fences of the object; EBUSY when they are not done in time. */
    int await(MemorySegment wait) {
        GemObject object = client.handles().get(wait.get(JAVA_INT, VirtioGpuUapi.WAIT_HANDLE));
        if (object == null) {
            throw new KernelError(Errno.ENOENT);
        }
        try {
            boolean look = (wait.get(JAVA_INT, VirtioGpuUapi.WAIT_FLAGS) & VirtioGpuUapi.WAIT_NOWAIT) != 0;
            int result = object.reservation().awaitEither(false, true, look ? 0 : LONGEST_WAIT_MILLIS);
            return result == Waits.TIMED_OUT ? -Errno.EBUSY.number() : result;
        } finally {
            object.put();
        }
    }
}
