package dmabuf.sim;

import dmabuf.fd.Errno;

/** The modes in which a node of i915 can show an object, {@code I915_MMAP_OFFSET_*}, by their numbers. */
enum I915MmapMode {
    /** Through the GPU's page table: write-combined. */
    GTT,
    /** Write-combined. */
    WC,
    /** Cached. */
    WB,
    /** Neither. */
    UC,
    /** As the object's placement says. */
    FIXED;

    /** The mode of a number: EINVAL when there is none, ENODEV when the device lacks what it takes. Every CPU has page attributes. */
    static I915MmapMode of(long number, I915Device device) {
        if (number < 0 || number >= values().length) {
            throw new KernelError(Errno.EINVAL);
        }
        I915MmapMode mode = values()[(int) number];
        if (mode == GTT && !device.hasAperture()) {
            throw new KernelError(Errno.ENODEV);
        }
        return mode;
    }

    /** Whether a mapping goes to memory past the CPU's caches. */
    boolean bypassesCaches() {
        return this == GTT || this == WC || this == UC;
    }
}
