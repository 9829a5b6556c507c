package dmabuf.sim;

/** A kind of memory that i915 puts objects into, {@code struct intel_memory_region}, as far as callers may choose it. */
enum I915Region {

    /** The machine's memory, {@code I915_MEMORY_CLASS_SYSTEM}. */
    SYSTEM(0),

    /** A discrete GPU's own, {@code I915_MEMORY_CLASS_DEVICE}, of which the CPU sees a part. */
    DEVICE(1);

    private static final long DEVICE_BYTES = 8L << 30;
    /** What a BAR shows that has not been resized. */
    private static final long DEVICE_VISIBLE_BYTES = 256L << 20;

    private final int memoryClass;

    I915Region(int memoryClass) {
        this.memoryClass = memoryClass;
    }

    /** The number that tells the kind. There is one region of each. */
    int memoryClass() {
        return memoryClass;
    }

    /** How large it is, in bytes. */
    long bytes() {
        return this == SYSTEM ? PhysicalMemory.bytes() : DEVICE_BYTES;
    }

    /** How much of it the CPU can map. */
    long visibleBytes() {
        return this == SYSTEM ? PhysicalMemory.bytes() : DEVICE_VISIBLE_BYTES;
    }
}
