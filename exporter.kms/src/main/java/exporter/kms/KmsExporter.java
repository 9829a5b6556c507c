package exporter.kms;

import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.PlainRequest;
import dmabuf.linux.Syscalls;
import dmabuf.linux.drm.DrmDevice;
import dmabuf.linux.drm.DrmIoctl;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import dmabuf.spi.MappingPlan;
import exporter.kms.uapi.CreateDumb;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;

/**
 * Exports dumb buffers of one display device. Thread-safe, and without state: the node is opened for each export, so that every export has
 * a handle space of its own, in which nobody else can close its handle.
 *
 * <p>A dumb buffer is a picture: the bytes that are asked for become lines of one page each, of 32-bit pixels.
 */
final class KmsExporter implements Exporter {

    /** The name under which importers find this driver; the device tells the cards apart. */
    static final String NAME = "kms";

    private static final int BITS_PER_PIXEL = 32;
    private static final int PIXELS_PER_LINE = (int) (MappedMemory.PAGE_SIZE / (BITS_PER_PIXEL / 8));

    /** The core of DRM counts a picture's bytes in 32 bits, rounded up to pages. */
    private static final long MOST_LINES = (1L << 32) / MappedMemory.PAGE_SIZE - 1;

    /** Refusals that a driver gives which can make dumb buffers: in another node, or at another time. */
    private static final Set<Errno> SAYS_NOTHING_OF_THE_DRIVER = EnumSet.of(Errno.EACCES, Errno.ENOMEM, Errno.ENOSPC, Errno.ENODEV);

    private final Syscalls kernel;
    private final String device;
    private final Caching caching;

    private KmsExporter(Syscalls kernel, String device, Caching caching) {
        this.kernel = kernel;
        this.device = device;
        this.caching = caching;
    }

    /**
     * Looks whether a card can do what is needed here. A buffer of one line is made for that: a driver without a display, such as vgem,
     * makes dumb buffers and yet answers EOPNOTSUPP when it is asked whether it does; and a render node says yes and makes none.
     *
     * @return its exporter, or null when its driver has no dumb buffers or does not export, or it is no DRM device
     * @throws DmaBufException EACCES when the node may not be opened, or is a render node; ENOMEM or ENOSPC when there is no room now;
     *     ENODEV when the device goes meanwhile
     */
    static KmsExporter probe(Syscalls kernel, String device) {
        try (DrmDevice card = DrmDevice.open(kernel, device);
                Arena arena = Arena.ofConfined()) {
            if ((card.capability(DrmIoctl.CAP_PRIME) & DrmIoctl.PRIME_CAP_EXPORT) == 0) {
                return null;
            }
            int result = card.ioctl(CreateDumb.CREATE_DUMB, CreateDumb.fill(arena, PIXELS_PER_LINE, 1, BITS_PER_PIXEL));
            Errno errno = result < 0 ? Errno.ofResult(result) : null;
            if (errno != null && SAYS_NOTHING_OF_THE_DRIVER.contains(errno)) {
                throw refusal(errno, device);
            }
            return result < 0 ? null : new KmsExporter(kernel, device, DriverCaching.of(card.driver()));
        }
    }

    private static DmaBufException refusal(Errno errno, String subject) {
        String hint =
                switch (errno) {
                    case EACCES -> "dumb buffers need a card node, and this is a render node";
                    case ENOMEM, ENOSPC -> "the device has no room for it";
                    case ENODEV -> "the device has gone";
                    default -> null;
                };
        return new DmaBufException(errno, "DRM_IOCTL_MODE_CREATE_DUMB", subject, hint);
    }

    ExporterProperties properties() {
        return ExporterProperties.builder(NAME, device, kernel.kind())
                .caching(caching)
                .mmap(true)
                .needsSync(true)
                .maxSize(MOST_LINES * MappedMemory.PAGE_SIZE)
                .build();
    }

    @Override
    public ExportedBuffer export(ExportRequest request) {
        if (request.wrapsMemory()) {
            throw new DmaBufException(
                    Errno.EOPNOTSUPP, "DRM_IOCTL_MODE_CREATE_DUMB", device,
                    "a card allocates; udmabuf makes a buffer of existing memory");
        }
        PlainRequest.check(request, NAME, "DRM_IOCTL_MODE_CREATE_DUMB", device);
        long lines = MappedMemory.roundUp(request.size()) / MappedMemory.PAGE_SIZE;
        if (lines < 1 || lines > MOST_LINES) {
            throw new DmaBufException(
                    Errno.EINVAL, "DRM_IOCTL_MODE_CREATE_DUMB", device + ", size " + request.size(),
                    "a buffer has 1 to " + MOST_LINES + " pages");
        }
        try (DrmDevice card = DrmDevice.open(kernel, device);
                Arena arena = Arena.ofConfined()) {
            MemorySegment dumb = CreateDumb.fill(arena, PIXELS_PER_LINE, (int) lines, BITS_PER_PIXEL);
            int result = card.ioctl(CreateDumb.CREATE_DUMB, dumb);
            if (result < 0) {
                throw refusal(Errno.ofResult(result), device + ", " + PIXELS_PER_LINE + " x " + lines + " pixels");
            }
            // The dma-buf keeps the memory. The handle goes with this client.
            MmapPolicy policy = MmapPolicy.mappable(caching).withAccess(request.access());
            Fd buffer = card.exportHandle(CreateDumb.handle(dumb), request.access());
            return ExportedBuffer.builder(buffer, CreateDumb.bytes(dumb), policy)
                    .plan(MappingPlan.ofBuffer().wholeOnly())
                    .build();
        }
    }
}
