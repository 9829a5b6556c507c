package exporter.i915;

import dmabuf.api.Access;
import dmabuf.api.DmaBufException;
import dmabuf.api.Placement;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.drm.DrmDevice;
import exporter.i915.uapi.GemCaching;
import exporter.i915.uapi.GemCreate;
import exporter.i915.uapi.GemCreateExt;
import exporter.i915.uapi.GemMmapOffset;
import exporter.i915.uapi.GemSetDomain;
import exporter.i915.uapi.MemoryRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The one object of a client. Its handle is never closed by itself: it goes with the client, so that it can neither leak nor be closed
 * twice.
 */
final class GemObject {

    private final DrmDevice client;
    private final String node;
    private final Arena arena;
    private final int handle;
    private final long size;

    private GemObject(DrmDevice client, String node, Arena arena, MemorySegment created) {
        this.client = client;
        this.node = node;
        this.arena = arena;
        handle = GemCreate.handle(created);
        size = GemCreate.bytes(created);
    }

    /** Makes an object; structs live in the arena. */
    static GemObject create(DrmDevice client, String node, Arena arena, long bytes, Placement placement, I915Traits traits) {
        String subject = node + ", size " + bytes;
        MemorySegment struct;
        if (traits.placements().size() == 1) {
            struct = GemCreate.fill(arena, bytes);
            check(client.ioctl(GemCreate.CREATE, struct), "DRM_IOCTL_I915_GEM_CREATE", subject);
        } else {
            List<MemoryRegion> regions = traits.regionsFor(placement);
            int flags = regions.size() > 1 ? GemCreateExt.NEEDS_CPU_ACCESS : 0;
            struct = GemCreateExt.fill(arena, bytes, flags, regions);
            check(client.ioctl(GemCreateExt.CREATE_EXT, struct), "DRM_IOCTL_I915_GEM_CREATE_EXT",
                    subject + ", memory of the " + placement.property());
        }
        return new GemObject(client, node, arena, struct);
    }

    /** Its size in bytes, as the kernel has rounded it up. */
    long size() {
        return size;
    }

    void setCaching(GpuCaching caching) {
        call(GemCaching.SET_CACHING, GemCaching.fill(arena, handle, caching.value()), "DRM_IOCTL_I915_GEM_SET_CACHING");
    }

    /** Tells whether the GPU sees what is in the CPU's caches. */
    boolean isCoherent() {
        MemorySegment caching = GemCaching.fill(arena, handle, 0);
        call(GemCaching.GET_CACHING, caching, "DRM_IOCTL_I915_GEM_GET_CACHING");
        return GemCaching.caching(caching) != GemCaching.NONE;
    }

    /**
     * Makes the pages, and gets their zeroes out of the CPU's caches: where the GPU does not see those, a cache line of zeroes could be
     * written back later, over what a mapping past the caches has written. It is the state that the end of SYNC leaves; from now on SYNC
     * keeps all modes in line. It also makes a lack of memory an errno now, and not a SIGBUS later.
     */
    void flush() {
        call(GemSetDomain.SET_DOMAIN, GemSetDomain.fill(arena, handle, GemSetDomain.WC), "DRM_IOCTL_I915_GEM_SET_DOMAIN");
    }

    /** Where the node shows it in a mode. */
    long offset(I915Mode mode) {
        MemorySegment struct = GemMmapOffset.fill(arena, handle, mode.flags());
        call(GemMmapOffset.MMAP_OFFSET, struct, "DRM_IOCTL_I915_GEM_MMAP_OFFSET, mode " + mode.word());
        return GemMmapOffset.offset(struct);
    }

    /** Exports it. The dma-buf keeps the memory from then on. */
    Fd export(Access access) {
        try {
            return client.exportHandle(handle, access);
        } catch (DmaBufException e) {
            throw refusal(e.errno(), e.operation(), node + ", handle " + handle);
        }
    }

    private void call(long request, MemorySegment struct, String operation) {
        check(client.ioctl(request, struct), operation, node + ", handle " + handle + ", size " + size);
    }

    private static void check(int result, String operation, String subject) {
        if (result < 0) {
            throw refusal(Errno.ofResult(result), operation, subject);
        }
    }

    private static DmaBufException refusal(Errno errno, String operation, String subject) {
        String hint =
                switch (errno) {
                    case ENODEV -> "the device has gone";
                    case ENOMEM, ENOSPC, ENXIO -> "there is no room for it";
                    case E2BIG -> "it is larger than the device can hold";
                    case EMFILE -> "this process has no file descriptor left; raise the limit with: ulimit -n";
                    default -> null;
                };
        return new DmaBufException(errno, operation, subject, hint);
    }
}
