package exporter.vfio;

import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Lifetime;
import dmabuf.api.MappingMode;
import dmabuf.api.MmapPolicy;
import dmabuf.api.Placement;
import dmabuf.display.DisplayPlane;
import dmabuf.display.PlaneInfo;
import dmabuf.display.Transport;
import dmabuf.display.spi.DisplaySource;
import dmabuf.display.spi.PlaneState;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import dmabuf.linux.vfio.VfioDevice;
import dmabuf.linux.vfio.VfioRegion;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The screen of one VFIO device: tells what its planes show, and exports their framebuffers. By dma-buf they are self-contained: they
 * outlive bundle and device. By region they are mappings of the device, and leave with it. All are for reading: the screen is its guest's.
 *
 * <p>Thread-safe. What the device is asked keeps it open until the answer is there, also when this is closed meanwhile.
 */
final class VfioExporter implements Exporter, DisplaySource, AutoCloseable {

    /** The name under which importers find this driver, and the beginning of its options. */
    static final String NAME = "vfio";
    /** The mode through the device's descriptor. */
    static final String REGION_MODE = "region";

    private final GfxDevice device;
    private final String named;
    private final String driver;
    private final Runnable whenClosed;
    private final DmaBufCache dmaBufs;
    private final RegionIds regions = new RegionIds();
    /** Who works with the device, with one for this object itself. */
    private final AtomicInteger users = new AtomicInteger(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Serves a device.
     *
     * @param named what importers find it by, {@code dmabuf.device}
     * @param driver the driver that made it; empty when that is not known
     * @param whenClosed gives the device back
     */
    VfioExporter(GfxDevice device, String named, String driver, Runnable whenClosed) {
        this.device = device;
        this.named = named;
        this.driver = driver;
        this.whenClosed = whenClosed;
        this.dmaBufs = new DmaBufCache(device);
    }

    ExporterProperties properties() {
        boolean region = device.transport() == Transport.REGION;
        MmapPolicy policy = policy();
        ExporterProperties.Builder properties = ExporterProperties.builder(NAME, named, device.device().kernel().kind());
        if (policy.mappable()) {
            properties.mode(region ? REGION_MODE : MappingMode.DMA_BUF, policy.caching());
        }
        return properties.placement(placement())
                .needsSync(policy.needsSync())
                .lifetime(region ? Lifetime.DEVICE_BOUND : Lifetime.SELF_CONTAINED)
                .allocates(false)
                .build();
    }

    Transport transport() {
        return device.transport();
    }

    private MmapPolicy policy() {
        return Policies.of(device.transport(), driver);
    }

    private Placement placement() {
        return device.transport() == Transport.REGION ? Placement.DEVICE : Placement.SYSTEM;
    }

    /** Works with the device, which stays open meanwhile. */
    private <T> T using(String operation, Supplier<T> work) {
        int now;
        do {
            now = users.get();
            if (now == 0) {
                throw gone(operation);
            }
        } while (!users.compareAndSet(now, now + 1));
        try {
            return work.get();
        } catch (IllegalStateException e) {
            // The device is another's, who has closed it.
            throw gone(operation);
        } finally {
            giveBack();
        }
    }

    private DmaBufException gone(String operation) {
        return new DmaBufException(Errno.ENODEV, operation, named, "the device is not here any more");
    }

    private void giveBack() {
        if (users.decrementAndGet() == 0) {
            dmaBufs.close();
            whenClosed.run();
        }
    }

    @Override
    public Optional<PlaneState> query(DisplayPlane plane) {
        return using(ShownPlane.OPERATION, () -> shown(plane).map(each -> state(plane, each)));
    }

    /** What a plane shows, which can be had: of a dma-buf that vanished between the two requests, what came after it. */
    private Optional<ShownPlane> shown(DisplayPlane plane) {
        Optional<ShownPlane> shown = device.query(plane);
        if (shown.isEmpty()) {
            return shown;
        }
        if (device.transport() == Transport.REGION) {
            return shown.filter(each -> plane == DisplayPlane.PRIMARY || !isPrimary(each));
        }
        for (int attempt = 0; shown.isPresent() && !dmaBufs.hold(shown.get().regionOrId()); attempt++) {
            if (attempt == 1) {
                throw new DmaBufException(
                        Errno.ENOENT, "VFIO_DEVICE_GET_GFX_DMABUF", device.device().name() + ", id " + shown.get().regionOrId(),
                        "the plane shows something else each time that it is asked for");
            }
            shown = device.query(plane);
        }
        return shown;
    }

    /** Drivers that know one plane only ({@code mdpy}) answer with that, whichever they are asked about. */
    private boolean isPrimary(ShownPlane cursor) {
        return device.query(DisplayPlane.PRIMARY).filter(primary -> primary.regionOrId() == cursor.regionOrId()).isPresent();
    }

    private PlaneState state(DisplayPlane plane, ShownPlane shown) {
        long id = id(shown);
        PlaneInfo info = new PlaneInfo(
                plane, id, shown.frame(), shown.size(), shown.x(), shown.y(), shown.hotspot(), device.transport());
        return new PlaneState(info, FrameChoice.request(plane, id, shown.frame().size()));
    }

    private long id(ShownPlane shown) {
        return device.transport() == Transport.REGION ? regions.of(shown) : shown.regionOrId();
    }

    @Override
    public ExportedBuffer export(ExportRequest request) {
        if (request.wrapsMemory()) {
            String why = "this device shows its screen; udmabuf makes a buffer of existing memory";
            throw new DmaBufException(Errno.EOPNOTSUPP, FrameChoice.OPERATION, named, why);
        }
        FrameChoice choice = FrameChoice.of(request, named);
        if (request.placement().isPresent() && request.placement().get() != placement()) {
            throw new DmaBufException(
                    Errno.EOPNOTSUPP, FrameChoice.OPERATION, named + ", memory of the " + request.placement().get().property(),
                    "there is memory of the " + placement().property());
        }
        if (request.size() < 1) {
            throw tooLarge(request, "a framebuffer has at least 1 byte");
        }
        return using(FrameChoice.OPERATION, () -> export(request, choice));
    }

    private ExportedBuffer export(ExportRequest request, FrameChoice choice) {
        String subject = named + ", " + choice.plane().word();
        ShownPlane shown = shown(choice.plane()).orElse(null);
        long id = choice.id().orElse(shown == null ? 0 : id(shown));
        boolean current = shown != null && id == id(shown);
        if (device.transport() == Transport.DMA_BUF) {
            Fd dmaBuf = shown == null && choice.id().isEmpty() ? null : dmaBufs.duplicate(id).orElse(null);
            if (dmaBuf != null) {
                return ofDmaBuf(request, dmaBuf, current ? shown : null, subject + ", id " + id);
            }
        } else if (current) {
            return ofRegion(request, shown, subject);
        }
        throw new DmaBufException(
                Errno.ENOENT, FrameChoice.OPERATION, subject + choice.id().stream().mapToObj(each -> ", id " + each).findFirst().orElse(""),
                shown == null ? "the plane is off, so that there is nothing to export" : "the plane shows the framebuffer " + id(shown));
    }

    /** Whatever the device says, it is the dma-buf that counts. */
    private ExportedBuffer ofDmaBuf(ExportRequest request, Fd dmaBuf, ShownPlane shown, String subject) {
        boolean described = false;
        try {
            Syscalls kernel = device.device().kernel();
            long size = SyscallResult.check(kernel.lseek(dmaBuf.number(), 0, Posix.SEEK_END), "lseek", subject);
            if (shown != null) {
                shown.requireFits(size, FrameChoice.OPERATION, subject);
            }
            if (request.size() > size) {
                throw tooLarge(request, "the framebuffer has " + size + " bytes");
            }
            ExportedBuffer buffer = ExportedBuffer.builder(dmaBuf, size, policy()).build();
            described = true;
            return buffer;
        } finally {
            if (!described) {
                dmaBuf.close();
            }
        }
    }

    private ExportedBuffer ofRegion(ExportRequest request, ShownPlane shown, String subject) {
        VfioDevice vfio = device.device();
        if (shown.regionOrId() > Integer.MAX_VALUE) {
            throw new DmaBufException(
                    Errno.EIO, FrameChoice.OPERATION, subject, "the device says what cannot be: region " + shown.regionOrId());
        }
        VfioRegion region = vfio.region((int) shown.regionOrId());
        String where = subject + ", " + region;
        if (!region.isMappable()) {
            throw new DmaBufException(Errno.EOPNOTSUPP, FrameChoice.OPERATION, where, "the region can be read, and not be mapped");
        }
        if (region.offset() < 0 || region.size() < 0 || region.offset() > Long.MAX_VALUE - region.size()
                || region.offset() % MappedMemory.PAGE_SIZE != 0) {
            throw new DmaBufException(Errno.EIO, FrameChoice.OPERATION, where, "the device says what cannot be: no file reaches that far");
        }
        // Pages are mapped, and none that is not the region's.
        long pages = Math.min(MappedMemory.roundUp(shown.size()), region.size() & -MappedMemory.PAGE_SIZE);
        shown.requireFits(pages, FrameChoice.OPERATION, where);
        if (request.size() > pages) {
            throw tooLarge(request, "the framebuffer has " + pages + " bytes");
        }
        return ExportedBuffer.ofDevice(device.duplicate(), REGION_MODE, region.offset(), pages, policy()).build();
    }

    private DmaBufException tooLarge(ExportRequest request, String why) {
        return new DmaBufException(Errno.EINVAL, FrameChoice.OPERATION, named + ", size " + request.size(), why);
    }

    /** Lets the device go, once nobody works with it. The second and later calls do nothing. */
    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            giveBack();
        }
    }

    /** Names the device in messages. */
    @Override
    public String toString() {
        return device.device().name() + ", screen by " + device.transport().word();
    }
}
