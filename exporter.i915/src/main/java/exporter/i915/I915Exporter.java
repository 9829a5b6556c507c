package exporter.i915;

import dmabuf.api.Access;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Placement;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Syscalls;
import dmabuf.linux.drm.DrmDevice;
import dmabuf.linux.drm.DrmNodes;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import dmabuf.spi.MappingPlan;
import java.lang.foreign.Arena;
import java.util.Optional;

/**
 * Exports GEM objects of one device of Intel's. Thread-safe, and without state but what the device has said of itself.
 *
 * <p>Every buffer has a client of its own, with one handle in it. Where the device has mappings besides the dma-buf's, that client goes to
 * the core with the buffer, and is closed with it: a fake offset is good only as long as the client that asked for it is open and has the
 * handle. It is opened with the buffer and not with the first such mapping, since that may come when this bundle is long gone. Its price
 * is one descriptor a buffer; i915 makes a context, the expensive part of a client, only when something is drawn. Elsewhere the client
 * goes at once.
 */
final class I915Exporter implements Exporter {

    /** The name of the driver in the kernel, the name under which importers find it, and the beginning of its options. */
    static final String NAME = "i915";

    private final Syscalls kernel;
    private final String device;
    private final I915Traits traits;

    private I915Exporter(Syscalls kernel, String device, I915Traits traits) {
        this.kernel = kernel;
        this.device = device;
        this.traits = traits;
    }

    /**
     * Asks a device what it can do.
     *
     * @return its exporter; empty when the node is another driver's
     * @throws DmaBufException EACCES or EPERM when the node may not be opened; EOPNOTSUPP when the driver does not export; ENODEV when the
     *     device goes meanwhile
     */
    static Optional<I915Exporter> probe(Syscalls kernel, String device) {
        Optional<DrmDevice> opened = DrmNodes.open(kernel, device, NAME);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        try (DrmDevice client = opened.get()) {
            return Optional.of(new I915Exporter(kernel, device, TraitsProbe.probe(client, device)));
        }
    }

    I915Traits traits() {
        return traits;
    }

    ExporterProperties properties() {
        ExporterProperties.Builder properties = ExporterProperties.builder(NAME, device, kernel.kind())
                .needsSync(!traits.coherent())
                .placement(traits.placements().toArray(Placement[]::new))
                .maxSize(traits.largest(traits.regions()));
        for (I915Mode mode : traits.modes()) {
            for (Placement placement : traits.placements()) {
                properties.mode(mode.word(), I915Policy.caching(mode, placement));
            }
        }
        return properties.build();
    }

    @Override
    public ExportedBuffer export(ExportRequest request) {
        if (request.wrapsMemory()) {
            throw new DmaBufException(
                    Errno.EOPNOTSUPP, "DRM_IOCTL_I915_GEM_CREATE", device,
                    "this device allocates; udmabuf makes a buffer of existing memory");
        }
        BufferChoice choice = BufferChoice.of(request, traits, device);
        checkSize(request.size(), traits.largest(traits.regionsFor(choice.placement())));
        DrmDevice client = open();
        boolean kept = false;
        try (Arena arena = Arena.ofConfined()) {
            GemObject object = GemObject.create(client, device, arena, request.size(), choice.placement(), traits);
            ExportedBuffer buffer = describe(object, choice, request.access(), client.fd());
            kept = traits.modes().size() > 1;
            return buffer;
        } finally {
            if (!kept) {
                client.close();
            }
        }
    }

    /** The kernel counts without a sign, and finds out late that there is no room: it makes pages when they are touched. */
    private void checkSize(long size, long room) {
        String subject = device + ", size " + size;
        if (size < 1) {
            throw new DmaBufException(Errno.EINVAL, "DRM_IOCTL_I915_GEM_CREATE", subject, "a buffer has at least one byte");
        }
        if (size > room) {
            throw new DmaBufException(Errno.E2BIG, "DRM_IOCTL_I915_GEM_CREATE", subject, "there are " + room + " bytes");
        }
    }

    /** Opens a client, of this driver still: where one device went another one may have come. */
    private DrmDevice open() {
        return DrmNodes.open(kernel, device, NAME)
                .orElseThrow(() -> new DmaBufException(Errno.ENODEV, "open", device, "it is another driver's now"));
    }

    private ExportedBuffer describe(GemObject object, BufferChoice choice, Access access, Fd node) {
        choice.gpuCaching().ifPresent(object::setCaching);
        boolean coherent = traits.discrete() || object.isCoherent();
        if (traits.domains()) {
            object.flush();
        }
        Fd dmaBuf = object.export(access);
        boolean described = false;
        try {
            ExportedBuffer.Builder buffer = ExportedBuffer.builder(
                    dmaBuf, object.size(), I915Policy.of(I915Mode.DMA_BUF, choice.placement(), coherent, access));
            if (traits.discrete()) {
                // i915_gem_dmabuf_mmap goes the way of a fake offset there, see below.
                buffer.plan(MappingPlan.ofBuffer().wholeOnly());
            }
            for (I915Mode mode : traits.modes()) {
                if (mode != I915Mode.DMA_BUF) {
                    // i915_gem_mmap finds an object by where a mapping begins (drm_vma_offset_exact_lookup_locked): no part by itself.
                    buffer.mode(
                            mode.word(),
                            I915Policy.of(mode, choice.placement(), coherent, access),
                            MappingPlan.of(node, object.offset(mode)).wholeOnly());
                }
            }
            ExportedBuffer made = buffer.defaultMode(choice.mode().word()).build();
            described = true;
            return made;
        } finally {
            if (!described) {
                dmaBuf.close();
            }
        }
    }
}
