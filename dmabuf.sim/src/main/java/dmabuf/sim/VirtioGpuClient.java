package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import dmabuf.linux.UserMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The requests of the driver's own, of one client: the table at the end of {@code virtgpu_ioctl.c} in Linux 6.12. */
final class VirtioGpuClient implements DrmDriver.DriverClient {

    private final VirtioGpuDriver driver;
    private final DrmClient client;
    private final DrmRequests requests = new DrmRequests();

    VirtioGpuClient(VirtioGpuDriver driver, DrmClient client) {
        this.driver = driver;
        this.client = client;
        VirtioGpuContext context = new VirtioGpuContext(driver.features(), client);
        VirtioGpuResources resources = new VirtioGpuResources(driver, client, context);
        VirtioGpuTransfers transfers = new VirtioGpuTransfers(driver.features(), client, context);
        requests.add(VirtioGpuUapi.MAP, this::map);
        requests.add(VirtioGpuUapi.EXECBUFFER, context::execute);
        requests.add(VirtioGpuUapi.GETPARAM, this::parameter);
        requests.add(VirtioGpuUapi.RESOURCE_CREATE, resources::create);
        requests.add(VirtioGpuUapi.RESOURCE_INFO, resources::info);
        requests.add(VirtioGpuUapi.TRANSFER_FROM_HOST, transfers::fromHost);
        requests.add(VirtioGpuUapi.TRANSFER_TO_HOST, transfers::toHost);
        requests.add(VirtioGpuUapi.WAIT, transfers::await);
        requests.add(VirtioGpuUapi.GET_CAPS, context::capabilities);
        requests.add(VirtioGpuUapi.RESOURCE_CREATE_BLOB, resources::createBlob);
        requests.add(VirtioGpuUapi.CONTEXT_INIT, context::init);
    }

    @Override
    public int ioctl(long request, MemorySegment argument) {
        return requests.call(request, argument, -Errno.EINVAL.number());
    }

    private int map(MemorySegment map) {
        GemObject object = client.handles().get(map.get(JAVA_INT, VirtioGpuUapi.MAP_HANDLE));
        if (object == null) {
            throw new KernelError(Errno.ENOENT);
        }
        try {
            map.set(JAVA_LONG, VirtioGpuUapi.MAP_OFFSET, dumbOffset(object));
            return 0;
        } finally {
            object.put();
        }
    }

    /** The value in the struct is a pointer, and what is written there is an int. */
    private int parameter(MemorySegment getparam) {
        int value = parameter(getparam.get(JAVA_LONG, VirtioGpuUapi.PARAM));
        try (Arena arena = Arena.ofConfined()) {
            return UserMemory.copyTo(getparam.get(JAVA_LONG, VirtioGpuUapi.PARAM_VALUE), arena.allocateFrom(JAVA_INT, value));
        }
    }

    private int parameter(long parameter) {
        VirtioGpuFeatures features = driver.features();
        if (parameter == VirtioGpuUapi.PARAM_CAPSET_QUERY_FIX) {
            return 1;
        }
        if (parameter == VirtioGpuUapi.PARAM_SUPPORTED_CAPSET_IDS) {
            return features.has3d() ? VirtioGpuContext.CAPSET_MASK : 0;
        }
        boolean has;
        if (parameter == VirtioGpuUapi.PARAM_3D_FEATURES) {
            has = features.has3d();
        } else if (parameter == VirtioGpuUapi.PARAM_RESOURCE_BLOB) {
            has = features.hasBlobs();
        } else if (parameter == VirtioGpuUapi.PARAM_HOST_VISIBLE) {
            has = features.hostVisible() != null;
        } else if (parameter == VirtioGpuUapi.PARAM_CROSS_DEVICE) {
            has = features.hasUuids();
        } else if (parameter == VirtioGpuUapi.PARAM_CONTEXT_INIT || parameter == VirtioGpuUapi.PARAM_EXPLICIT_DEBUG_NAME) {
            has = features.hasContextInit();
        } else {
            throw new KernelError(Errno.EINVAL);
        }
        return has ? 1 : 0;
    }

    @Override
    public void close() {
        // Its objects go with their handles, and the context with it.
    }
}
