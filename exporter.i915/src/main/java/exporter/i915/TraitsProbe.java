package exporter.i915;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.drm.DrmDevice;
import dmabuf.linux.drm.DrmIoctl;
import exporter.i915.uapi.GemCaching;
import exporter.i915.uapi.GemCreate;
import exporter.i915.uapi.GemMmapOffset;
import exporter.i915.uapi.GemSetDomain;
import exporter.i915.uapi.GetParam;
import exporter.i915.uapi.MemoryRegion;
import exporter.i915.uapi.QueryMemoryRegions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Finds out what a device can do by asking it, with an object of one page. A table of device numbers would be out of date with the next
 * generation; what a request answers is true of this device and this kernel.
 */
final class TraitsProbe {

    /** From this version on MMAP_OFFSET looks at its flags. Before, it would give a mapping of the aperture whatever was asked for. */
    private static final int MODES_SINCE = 4;

    private static final int PROBE_SIZE = 4096;

    private final DrmDevice device;
    private final String node;
    private final Arena arena;
    private final int handle;

    private TraitsProbe(DrmDevice device, String node, Arena arena) {
        this.device = device;
        this.node = node;
        this.arena = arena;
        MemorySegment create = GemCreate.fill(arena, PROBE_SIZE);
        device.call(GemCreate.CREATE, create, "DRM_IOCTL_I915_GEM_CREATE", node + ", size " + PROBE_SIZE);
        handle = GemCreate.handle(create);
    }

    /**
     * Asks. The probe object stays in the client, which the caller closes soon.
     *
     * @throws DmaBufException EOPNOTSUPP when the driver cannot export; ENODEV when the device has gone; ENOMEM
     */
    static I915Traits probe(DrmDevice device, String node) {
        if ((device.capability(DrmIoctl.CAP_PRIME) & DrmIoctl.PRIME_CAP_EXPORT) == 0) {
            throw new DmaBufException(Errno.EOPNOTSUPP, "DRM_IOCTL_GET_CAP", node, "this kernel's i915 does not export dma-bufs");
        }
        try (Arena arena = Arena.ofConfined()) {
            return new TraitsProbe(device, node, arena).ask();
        }
    }

    private I915Traits ask() {
        List<MemoryRegion> regions = regions();
        boolean coherent = isCoherent();
        int setCaching = setCaching(GpuCaching.NONE);
        boolean discrete = regions.stream().anyMatch(MemoryRegion::isDevice) || setCaching == -Errno.ENODEV.number();
        return new I915Traits(
                parameter(GetParam.HAS_LLC) == 1,
                discrete,
                // On discrete devices everything in system memory is snooped, and the question does not exist.
                discrete || coherent,
                regions,
                modes(),
                cachings(),
                answer(GemSetDomain.SET_DOMAIN, GemSetDomain.fill(arena, handle, GemSetDomain.WC)) == 0);
    }

    /** A parameter, 0 when the kernel does not know it. */
    private int parameter(int number) {
        MemorySegment value = arena.allocate(JAVA_INT);
        return answer(GetParam.GETPARAM, GetParam.fill(arena, number, value)) < 0 ? 0 : value.get(JAVA_INT, 0);
    }

    /** The memories; a kernel that cannot be asked has none but the machine's. */
    private List<MemoryRegion> regions() {
        MemorySegment room = QueryMemoryRegions.fillItem(arena, MemorySegment.NULL);
        if (answer(QueryMemoryRegions.QUERY, QueryMemoryRegions.fill(arena, room)) < 0 || QueryMemoryRegions.length(room) <= 0) {
            return List.of(new MemoryRegion(MemoryRegion.SYSTEM, 0, -1));
        }
        MemorySegment data = arena.allocate(QueryMemoryRegions.length(room), Long.BYTES);
        MemorySegment item = QueryMemoryRegions.fillItem(arena, data);
        device.call(QueryMemoryRegions.QUERY, QueryMemoryRegions.fill(arena, item), "DRM_IOCTL_I915_QUERY", node);
        if (QueryMemoryRegions.length(item) < 0) {
            throw new DmaBufException(Errno.ofResult(QueryMemoryRegions.length(item)), "DRM_I915_QUERY_MEMORY_REGIONS", node);
        }
        return QueryMemoryRegions.read(data);
    }

    private boolean isCoherent() {
        MemorySegment caching = GemCaching.fill(arena, handle, 0);
        return answer(GemCaching.GET_CACHING, caching) == 0 && GemCaching.caching(caching) != GemCaching.NONE;
    }

    private int setCaching(GpuCaching caching) {
        return answer(GemCaching.SET_CACHING, GemCaching.fill(arena, handle, caching.value()));
    }

    private Set<GpuCaching> cachings() {
        Set<GpuCaching> accepted = EnumSet.noneOf(GpuCaching.class);
        for (GpuCaching caching : GpuCaching.values()) {
            if (setCaching(caching) == 0) {
                accepted.add(caching);
            }
        }
        return accepted;
    }

    private List<I915Mode> modes() {
        boolean flagsCount = parameter(GetParam.MMAP_GTT_VERSION) >= MODES_SINCE;
        List<I915Mode> modes = new ArrayList<>();
        for (I915Mode mode : I915Mode.values()) {
            if (mode == I915Mode.DMA_BUF || (flagsCount || mode == I915Mode.GTT) && has(mode)) {
                modes.add(mode);
            }
        }
        return modes;
    }

    private boolean has(I915Mode mode) {
        return answer(GemMmapOffset.MMAP_OFFSET, GemMmapOffset.fill(arena, handle, mode.flags())) == 0;
    }

    /** An answer, which may be a refusal, since that is what is to be found out; but a lack of memory is no trait of the device. */
    private int answer(long request, MemorySegment struct) {
        int result = device.ioctl(request, struct);
        if (result == -Errno.ENOMEM.number()) {
            SyscallResult.check(result, "ioctl 0x" + Long.toHexString(request), node + ", to find out what it can do");
        }
        return result;
    }
}
