package dmabuf.sim;

import dmabuf.linux.MappedMemory;
import java.util.List;

/**
 * The GPUs that i915 drives here, one for each way in which the driver treats memory: {@code intel_device_info} in {@code i915_pci.c}.
 */
enum I915Device {

    /** Tiger Lake: an integrated GPU that shares the last level cache with the CPU. */
    LLC(0x9a49, 1200),

    /** Gemini Lake: an integrated GPU that sees memory, and not the CPU's caches. */
    NO_LLC(0x3184, 900),

    /** Meteor Lake: integrated, coherent without sharing a cache, with page attributes in the place of SET_CACHING, without an aperture. */
    METEOR_LAKE(0x7d55, 1270),

    /** Alchemist (DG2): a card with memory of its own behind a bus. */
    DISCRETE(0x56a0, 1255);

    private static final int LAST_WITH_OLD_MMAP = 1200;
    private static final int FIRST_WITH_PAGE_ATTRIBUTES = 1270;
    private static final long DEVICE_PAGE = 64 << 10;
    private static final int FENCES = 32;

    private final int chipset;
    private final int version;

    I915Device(int chipset, int version) {
        this.chipset = chipset;
        this.version = version;
    }

    /** The device's number on the PCI bus. */
    int chipset() {
        return chipset;
    }

    /** {@code GRAPHICS_VER_FULL}, the release in the last two digits. */
    int version() {
        return version;
    }

    /** {@code HAS_LLC}. */
    boolean hasLlc() {
        return this == LLC;
    }

    /** {@code IS_DGFX}, which is {@code HAS_LMEM} for what is sold. */
    boolean isDiscrete() {
        return this == DISCRETE;
    }

    /** {@code i915_ggtt_has_aperture}: whether the CPU can look through the GPU's page table. */
    boolean hasAperture() {
        return this == LLC || this == NO_LLC;
    }

    /** How many fence registers detile what the CPU sees; none without an aperture. */
    int fences() {
        return hasAperture() ? FENCES : 0;
    }

    /** PREAD and PWRITE went with version 12, except for Tiger Lake, which came before that was decided. */
    boolean hasTransfers() {
        return version < LAST_WITH_OLD_MMAP || this == LLC;
    }

    /** GEM_MMAP went with what came behind version 12.0, and was never there for discrete GPUs. */
    boolean hasOldMmap() {
        return !isDiscrete() && version <= LAST_WITH_OLD_MMAP;
    }

    /** Whether callers choose page attributes ({@code I915_GEM_CREATE_EXT_SET_PAT}), and caching no more. */
    boolean hasPageAttributes() {
        return version >= FIRST_WITH_PAGE_ATTRIBUTES;
    }

    /** The last index of page attributes that the device has. */
    int lastPageAttribute() {
        return 4;
    }

    /** Whether GPU and CPU see the same bytes of an object that nobody has changed the caching of, {@code create_shmem}. */
    boolean isCoherent() {
        return this != NO_LLC;
    }

    /** What GET_CACHING tells of an import, whose page attribute is 0: cached where the table of Tiger Lake says so. */
    int importCaching() {
        return this == LLC ? I915Uapi.CACHING_CACHED : I915Uapi.CACHING_NONE;
    }

    /** The regions that callers may choose among. */
    List<I915Region> regions() {
        return isDiscrete() ? List.of(I915Region.SYSTEM, I915Region.DEVICE) : List.of(I915Region.SYSTEM);
    }

    /** The unit that objects of a region are rounded up to. */
    long pageSize(I915Region region) {
        return region == I915Region.DEVICE ? DEVICE_PAGE : MappedMemory.PAGE_SIZE;
    }
}
