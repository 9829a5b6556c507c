package dmabuf.api;

import dmabuf.fd.Errno;
import java.util.Locale;

/**
 * The {@code map_info} in which a virtio-gpu device tells its guest how to map a blob: {@code VIRTIO_GPU_MAP_CACHE_*} in the low four bits,
 * and what may be done in the next four, which some monitors add and strip again. What an exporter's policy becomes on its way into a guest.
 */
public enum VirtioMapInfo {

    /** Nothing is said: the host cannot show the blob to the guest. */
    NONE(0, null),
    /** {@code VIRTIO_GPU_MAP_CACHE_CACHED}. */
    CACHED(1, Caching.CACHED),
    /** {@code VIRTIO_GPU_MAP_CACHE_UNCACHED}. */
    UNCACHED(2, Caching.UNCACHED),
    /** {@code VIRTIO_GPU_MAP_CACHE_WC}. */
    WRITE_COMBINED(3, Caching.WRITE_COMBINED);

    private static final int CACHE_MASK = 0x0f;
    private static final int ACCESS_MASK = 0xf0;
    private static final int READ = 0x10;
    private static final int WRITE = 0x20;

    private final int value;
    private final Caching caching;

    VirtioMapInfo(int value, Caching caching) {
        this.value = value;
        this.caching = caching;
    }

    /**
     * Gives the number in the protocol.
     *
     * @return 0 to 3
     */
    public int value() {
        return value;
    }

    /**
     * Gives the number in a word: the kernel's own, behind {@code VIRTIO_GPU_MAP_CACHE_}, in small letters. What an operator tells the
     * guest's {@code exporter.virtio} as {@code hostMapInfo}, where its kernel does not.
     *
     * @return {@code none}, {@code cached}, {@code uncached} or {@code wc}
     */
    public String word() {
        return this == WRITE_COMBINED ? "wc" : name().toLowerCase(Locale.ROOT);
    }

    /**
     * Says a policy to a guest.
     *
     * @param policy the exporter's
     * @return the word for its caching; NONE for a buffer that may not be mapped into a guest
     */
    public static VirtioMapInfo of(MmapPolicy policy) {
        if (policy.guestMappable()) {
            for (VirtioMapInfo info : values()) {
                if (info.caching == policy.caching()) {
                    return info;
                }
            }
        }
        return NONE;
    }

    /**
     * Gives the number with what may be done in its second nibble.
     *
     * @param policy the exporter's
     * @return the cache nibble of {@link #of}, and the access nibble; 0 for a buffer that may not be mapped into a guest
     */
    public static int withAccess(MmapPolicy policy) {
        VirtioMapInfo info = of(policy);
        if (info == NONE) {
            return 0;
        }
        int access = switch (policy.access()) {
            case READ -> READ;
            case WRITE -> WRITE;
            case READ_WRITE -> READ | WRITE;
        };
        return info.value | access;
    }

    /**
     * Reads a number, with or without an access nibble.
     *
     * @param mapInfo as the device sent it
     * @return the policy: not mappable for NONE; with all access when no access is said
     * @throws DmaBufException EINVAL for bits that mean nothing
     */
    public static MmapPolicy policy(int mapInfo) {
        int cache = mapInfo & CACHE_MASK;
        int access = mapInfo & ACCESS_MASK;
        boolean unknownBits = (mapInfo & ~(CACHE_MASK | READ | WRITE)) != 0;
        if (unknownBits || cache >= values().length) {
            throw new DmaBufException(Errno.EINVAL, "virtio-gpu map_info", "0x" + Integer.toHexString(mapInfo));
        }
        Caching told = values()[cache].caching;
        if (told == null) {
            return MmapPolicy.notMappable();
        }
        MmapPolicy policy = MmapPolicy.mappable(told);
        return switch (access) {
            case READ -> policy.withAccess(Access.READ);
            case WRITE -> policy.withAccess(Access.WRITE);
            default -> policy;
        };
    }
}
