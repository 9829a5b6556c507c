package exporter.vfio;

import dmabuf.api.DmaBufException;
import dmabuf.display.DisplayPlane;
import dmabuf.display.Transport;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.vfio.VfioDevice;
import exporter.vfio.uapi.GfxDmabuf;
import exporter.vfio.uapi.GfxPlaneInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The requests of a VFIO device that has a screen. Thread-safe, without state. */
final class GfxDevice {

    private final VfioDevice device;
    private final Transport transport;

    private GfxDevice(VfioDevice device, Transport transport) {
        this.device = device;
        this.transport = transport;
    }

    /**
     * Asks a device whether it has a screen, and how it shows it. A dma-buf is preferred: it outlives the device, and can be handed on.
     *
     * @return empty when it has none
     * @throws DmaBufException what the device says otherwise
     */
    static Optional<GfxDevice> probe(VfioDevice device) {
        if (shows(device, GfxPlaneInfo.DMABUF)) {
            return Optional.of(new GfxDevice(device, Transport.DMA_BUF));
        }
        return shows(device, GfxPlaneInfo.REGION) ? Optional.of(new GfxDevice(device, Transport.REGION)) : Optional.empty();
    }

    private static boolean shows(VfioDevice device, int flag) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = GfxPlaneInfo.fill(arena, GfxPlaneInfo.PROBE | flag, GfxPlaneInfo.PLANE_PRIMARY);
            int result = device.ioctl(GfxPlaneInfo.QUERY, struct);
            // ENOTTY of a driver without screens, EINVAL of one that shows them in another way.
            if (result == -Errno.ENOTTY.number() || result == -Errno.EINVAL.number()) {
                return false;
            }
            if (result < 0) {
                throw new DmaBufException(Errno.ofResult(result), ShownPlane.OPERATION, device.name() + ", probing");
            }
            return true;
        }
    }

    VfioDevice device() {
        return device;
    }

    Transport transport() {
        return transport;
    }

    /**
     * Asks what a plane shows.
     *
     * @return empty when it is off
     * @throws DmaBufException EIO when the answer cannot be true; what the device says
     */
    Optional<ShownPlane> query(DisplayPlane plane) {
        int type = plane == DisplayPlane.PRIMARY ? GfxPlaneInfo.PLANE_PRIMARY : GfxPlaneInfo.PLANE_CURSOR;
        int flags = transport == Transport.DMA_BUF ? GfxPlaneInfo.DMABUF : GfxPlaneInfo.REGION;
        String subject = device.name() + ", " + plane.word();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = GfxPlaneInfo.fill(arena, flags, type);
            int result = device.ioctl(GfxPlaneInfo.QUERY, struct);
            if (result == -Errno.ENOMEM.number()) {
                // samples/vfio-mdev/mbochs.c forgets to look at what it has just made, the first time after a change of mode.
                struct = GfxPlaneInfo.fill(arena, flags, type);
                result = device.ioctl(GfxPlaneInfo.QUERY, struct);
            }
            if (result < 0) {
                throw new DmaBufException(Errno.ofResult(result), ShownPlane.OPERATION, subject, hint(Errno.ofResult(result)));
            }
            return ShownPlane.of(struct, plane, subject);
        }
    }

    private static String hint(Errno errno) {
        return errno == Errno.ENODEV ? "the device has gone" : null;
    }

    /**
     * Makes a descriptor of what a query has told. A negated errno when that has gone meanwhile, of which drivers say different things.
     *
     * @param id of the dma-buf
     * @return a descriptor, or a negated errno
     */
    int dmaBuf(long id) {
        try (Arena arena = Arena.ofConfined()) {
            return device.ioctl(GfxDmabuf.GET, GfxDmabuf.fill(arena, (int) id));
        }
    }

    /** Duplicates the device's descriptor, so that a mapping of a region keeps it. */
    Fd duplicate() {
        int result = device.kernel().dup(device.fd().number());
        if (result < 0) {
            throw new DmaBufException(Errno.ofResult(result), "dup", device.name());
        }
        return Fd.adopt(result, device.kernel());
    }
}
