package dmabuf.sim;

/** What a driver keeps beside an object, in the place of its struct around {@code struct drm_gem_object}. */
interface DriverObject {

    /** A driver that needs no more than the object itself. */
    DriverObject NOTHING = () -> {};

    /** What its dma-buf and its mappings ask for. */
    default DriverRules rules(DrmDriver driver) {
        return driver.driverRules();
    }

    /**
     * Maps some of it, after what is common to all objects was checked.
     *
     * @param mapping how
     * @param memory the object's, as it is shown there
     * @param address where, or a hint, or 0
     * @param offset where in the object, page-aligned
     * @param length whole pages, within the object
     * @return the address, or a negated errno
     */
    default long map(BufferMapping mapping, Backing memory, long address, long offset, long length) {
        return mapping.map(memory.extents(), address, offset, length);
    }

    /** Its memory as CPU and device see it, where they see it differently; null where they do not. */
    default IncoherentMemory incoherent() {
        return null;
    }

    /** Whether the device looks into the CPU's caches although it need not. */
    default boolean isSnooped() {
        return false;
    }

    /** The object is gone, and its memory with it. Called once, with no lock held. */
    void freed();
}
