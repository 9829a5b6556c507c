package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.UserMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.function.ToIntFunction;

/**
 * Somebody who has a DRM node open, with handles of its own: the requests that do not depend on the driver, as {@code drm_ioctl.c} of Linux
 * 6.12 takes them. Displays are not simulated: what sets modes or makes sync objects answers EOPNOTSUPP, as it does on a device without.
 */
final class DrmClient implements DeviceFile.Requests {

    /** What every driver says since dates were taken out of the drivers. */
    private static final String DATE = "0";

    private static final int EINVAL = -Errno.EINVAL.number();
    /** Mode setting and sync objects begin with the numbers behind the drivers', and end here. */
    private static final int LAST_UNSUPPORTED = 0xd0;

    private final Gpu gpu;
    private final boolean render;
    private final DeviceOpening opening;
    private final DrmHandles handles;
    private final DrmDriver.DriverClient driverClient;
    private final DrmRequests requests = new DrmRequests();

    DrmClient(Gpu gpu, boolean render, DeviceOpening opening) {
        this.gpu = gpu;
        this.render = render;
        this.opening = opening;
        this.handles = new DrmHandles(gpu, this::handleRemoved);
        this.driverClient = gpu.driver().open(this);
        DumbBuffers dumb = new DumbBuffers(gpu, handles, driverClient);
        Prime prime = new Prime(gpu, handles, opening.linux(), opening.descriptors());
        requests.add(DrmUapi.VERSION, this::version);
        requests.add(DrmUapi.GET_CAP, this::capability);
        requests.add(DrmUapi.GEM_CLOSE, dumb::closeHandle);
        requests.add(DrmUapi.PRIME_HANDLE_TO_FD, prime::handleToFd);
        requests.add(DrmUapi.PRIME_FD_TO_HANDLE, prime::fdToHandle);
        requests.add(DrmUapi.MODE_CREATE_DUMB, notOnRenderNode(dumb::create));
        requests.add(DrmUapi.MODE_MAP_DUMB, notOnRenderNode(dumb::map));
        requests.add(DrmUapi.MODE_DESTROY_DUMB, notOnRenderNode(dumb::closeHandle));
    }

    Gpu gpu() {
        return gpu;
    }

    LinuxSyscalls linux() {
        return opening.linux();
    }

    /** The descriptors of this kernel, for a driver that makes one. */
    Descriptors descriptors() {
        return opening.descriptors();
    }

    DrmHandles handles() {
        return handles;
    }

    private void handleRemoved(GemObject object) {
        driverClient.handleRemoved(object);
    }

    /** Of a request with the right letter only the number is looked at. */
    @Override
    public int ioctl(long request, MemorySegment argument) {
        if (SizedArgument.type(request) != DrmUapi.TYPE) {
            return -Errno.ENOTTY.number();
        }
        int number = SizedArgument.number(request);
        if (number >= DrmUapi.COMMAND_BASE && number < DrmUapi.COMMAND_END) {
            return driverClient.ioctl(request, argument);
        }
        boolean unsupported = number >= DrmUapi.COMMAND_END && number < LAST_UNSUPPORTED;
        return requests.call(request, argument, unsupported ? -Errno.EOPNOTSUPP.number() : EINVAL);
    }

    /** Without {@code DRM_RENDER_ALLOW}. */
    private ToIntFunction<MemorySegment> notOnRenderNode(ToIntFunction<MemorySegment> body) {
        return struct -> {
            if (render) {
                throw new KernelError(Errno.EACCES);
            }
            return body.applyAsInt(struct);
        };
    }

    private int version(MemorySegment version) {
        DrmDriver driver = gpu.driver();
        version.set(JAVA_INT, DrmUapi.VERSION_MAJOR, driver.major());
        version.set(JAVA_INT, DrmUapi.VERSION_MINOR, driver.minor());
        version.set(JAVA_INT, DrmUapi.VERSION_PATCHLEVEL, 0);
        copyText(version, DrmUapi.VERSION_NAME_LENGTH, driver.name());
        copyText(version, DrmUapi.VERSION_DATE_LENGTH, DATE);
        copyText(version, DrmUapi.VERSION_DESCRIPTION_LENGTH, driver.description());
        return 0;
    }

    /** Copies what there is room for, without a NUL, and tells the whole length. */
    private static void copyText(MemorySegment version, long at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long room = version.get(JAVA_LONG, at);
        long target = version.get(JAVA_LONG, at + DrmUapi.VERSION_POINTER);
        int length = Long.compareUnsigned(room, bytes.length) < 0 ? (int) room : bytes.length;
        version.set(JAVA_LONG, at, bytes.length);
        if (length != 0 && target != 0) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment copy = arena.allocate(length);
                MemorySegment.copy(MemorySegment.ofArray(bytes), 0, copy, 0, length);
                KernelError.check(UserMemory.copyTo(target, copy));
            }
        }
    }

    private int capability(MemorySegment capability) {
        capability.set(JAVA_LONG, DrmUapi.CAP_VALUE, 0);
        capability.set(
                JAVA_LONG, DrmUapi.CAP_VALUE,
                DrmCapabilities.of(gpu.driver(), capability.get(JAVA_LONG, DrmUapi.CAP_CAPABILITY)));
        return 0;
    }

    /** Gives back everything that the client has. */
    void close() {
        driverClient.close();
        handles.removeAll();
    }
}
