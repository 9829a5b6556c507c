package exporter.i915.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.linux.Ioctl;
import dmabuf.linux.drm.DrmIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct drm_i915_gem_set_domain} of {@code drm/i915_drm.h}: every field is filled by the caller. Says through what the CPU is going
 * to read and write an object; the kernel makes its pages and brings the caches in line.
 */
public final class GemSetDomain {

    /** The size of the struct in bytes. */
    public static final int SIZE = 12;

    /** Moves an object. ENODEV on discrete devices, ENOMEM when there are no pages for it. */
    public static final long SET_DOMAIN = Ioctl.iow(DrmIoctl.TYPE, DrmIoctl.COMMAND_BASE + 0x1f, SIZE);

    /** Through the CPU's caches. */
    public static final int CPU = 0x1;
    /** Through the graphics aperture. */
    public static final int GTT = 0x40;
    /** Past the CPU's caches. */
    public static final int WC = 0x80;

    static final int READ_DOMAINS = 4;
    static final int WRITE_DOMAIN = 8;

    private GemSetDomain() {}

    /** Fills a struct for reading and writing through one domain. */
    public static MemorySegment fill(Arena arena, int handle, int domain) {
        MemorySegment struct = arena.allocate(SIZE, Integer.BYTES);
        struct.set(JAVA_INT, 0, handle);
        struct.set(JAVA_INT, READ_DOMAINS, domain);
        struct.set(JAVA_INT, WRITE_DOMAIN, domain);
        return struct;
    }
}
