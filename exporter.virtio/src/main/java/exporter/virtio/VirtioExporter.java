package exporter.virtio;

import dmabuf.api.Access;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.MappingMode;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Syscalls;
import dmabuf.linux.drm.DrmDevice;
import dmabuf.linux.drm.DrmNodes;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import dmabuf.spi.MappingPlan;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Exports blobs and resources of one virtio-gpu. Thread-safe, and without state but what the device has said of itself.
 *
 * <p>Every buffer has a client of its own, with one handle in it. The client goes to the core with the buffer and is closed with it: the
 * offset of the mode {@code map} is good only as long as the client that asked for it is open and has the handle.
 */
final class VirtioExporter implements Exporter {

    /** The name under which importers find this driver, and the beginning of its options. */
    static final String NAME = "virtio";
    /** The name of the driver in the kernel. */
    static final String DRIVER = "virtio_gpu";
    /** The mode through the node, at the offset that DRM_IOCTL_VIRTGPU_MAP gives. */
    static final String MAP_MODE = "map";

    /** A resource's size is counted in 32 bits, and so is a buffer's that the host's renderer makes. */
    private static final long LARGEST_RESOURCE = (1L << 32) - MappedMemory.PAGE_SIZE;
    /** All the offsets that a DRM device has, {@code DRM_FILE_PAGE_OFFSET_SIZE}: each blob needs one. */
    private static final long LARGEST_BLOB = 0xfffffL * 256 * MappedMemory.PAGE_SIZE;

    private final Syscalls kernel;
    private final String device;
    private final Traits traits;
    private final HostMapping host;
    private final List<BlobKind> kinds;

    private VirtioExporter(Syscalls kernel, String device, Traits traits, HostMapping host) {
        this.kernel = kernel;
        this.device = device;
        this.traits = traits;
        this.host = host;
        List<BlobKind> has = new ArrayList<>();
        has.add(traits.hasBlobs() ? BlobKind.GUEST : BlobKind.NONE);
        if (host != null) {
            has.add(BlobKind.HOST3D);
        }
        this.kinds = List.copyOf(has);
    }

    /**
     * Asks a device what it can do.
     *
     * @param told what the operator knows of the host
     * @return its exporter; empty when the node is another driver's
     * @throws DmaBufException EACCES or EPERM when the node may not be opened; ENODEV when the device goes meanwhile; ENOMEM
     */
    static Optional<VirtioExporter> probe(Syscalls kernel, String device, HostMapInfo told) {
        Optional<DrmDevice> opened = DrmNodes.open(kernel, device, DRIVER);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        try (DrmDevice client = opened.get()) {
            Traits traits = Traits.of(client);
            Optional<HostMapping> host =
                    traits.hasHostBlobs() ? HostMapping.probe(client, kernel, device, traits, told) : Optional.empty();
            return Optional.of(new VirtioExporter(kernel, device, traits, host.orElse(null)));
        }
    }

    ExporterProperties properties() {
        ExporterProperties.Builder properties = ExporterProperties.builder(NAME, device, kernel.kind())
                .maxSize(largest(kinds.getFirst()))
                .needsSync(kinds.stream().anyMatch(kind -> Policies.of(kind, host, Access.READ_WRITE).needsSync()));
        for (String mode : List.of(MappingMode.DMA_BUF, MAP_MODE)) {
            kinds.forEach(kind -> properties.mode(mode, Policies.of(kind, host, Access.READ_WRITE).caching()));
        }
        kinds.forEach(kind -> properties.placement(kind.placement()));
        return properties.build();
    }

    private static long largest(BlobKind kind) {
        return kind == BlobKind.GUEST ? LARGEST_BLOB : LARGEST_RESOURCE;
    }

    @Override
    public ExportedBuffer export(ExportRequest request) {
        if (request.wrapsMemory()) {
            throw new DmaBufException(
                    Errno.EOPNOTSUPP, KindChoice.OPERATION, device, "this device allocates; udmabuf makes a buffer of existing memory");
        }
        BlobKind kind = KindChoice.of(request, kinds, host, device);
        long size = MappedMemory.roundUp(Math.max(0, request.size()));
        if (request.size() < 1 || size > largest(kind)) {
            throw new DmaBufException(
                    Errno.EINVAL, KindChoice.OPERATION, device + ", size " + request.size(),
                    "a buffer has 1 to " + largest(kind) + " bytes");
        }
        DrmDevice client = open();
        boolean kept = false;
        try (Arena arena = Arena.ofConfined()) {
            VirtioObject object = VirtioObject.create(client, device, arena, kind, size, traits);
            ExportedBuffer buffer = describe(object, size, Policies.of(kind, host, request.access()), client.fd());
            kept = true;
            return buffer;
        } finally {
            if (!kept) {
                client.close();
            }
        }
    }

    /** Opens a client, of this driver still: where one device went another one may have come. */
    private DrmDevice open() {
        return DrmNodes.open(kernel, device, DRIVER)
                .orElseThrow(() -> new DmaBufException(Errno.ENODEV, "open", device, "it is another driver's now"));
    }

    /** Parts come out wrong of the guest's memory, and are refused of the host's: whoever wants one maps the whole. */
    private static ExportedBuffer describe(VirtioObject object, long size, MmapPolicy policy, Fd node) {
        MappingPlan map = MappingPlan.of(node, object.offset()).wholeOnly();
        Fd dmaBuf = object.export(policy.access());
        boolean described = false;
        try {
            ExportedBuffer buffer = ExportedBuffer.builder(dmaBuf, size, policy)
                    .plan(MappingPlan.ofBuffer().wholeOnly())
                    .mode(MAP_MODE, policy, map)
                    .build();
            described = true;
            return buffer;
        } finally {
            if (!described) {
                dmaBuf.close();
            }
        }
    }
}
