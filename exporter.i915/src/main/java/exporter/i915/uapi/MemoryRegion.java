package exporter.i915.uapi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * {@code struct drm_i915_memory_region_info} of {@code drm/i915_drm.h}, with the {@code struct drm_i915_gem_memory_class_instance} in it,
 * all of it filled by the kernel.
 *
 * @param memoryClass {@link #SYSTEM} or {@link #DEVICE}
 * @param instance which of its class
 * @param probedSize its size in bytes; -1 when the kernel does not say
 */
public record MemoryRegion(int memoryClass, int instance, long probedSize) {

    /** Memory of the machine. */
    public static final int SYSTEM = 0;

    /** Memory of a discrete device. */
    public static final int DEVICE = 1;

    /** The size of the struct in bytes. */
    static final int SIZE = 88;

    static final int INSTANCE = 2;
    static final int PROBED_SIZE = 8;

    /** Reads a struct. */
    static MemoryRegion read(MemorySegment struct, long at) {
        return new MemoryRegion(
                Short.toUnsignedInt(struct.get(JAVA_SHORT, at)),
                Short.toUnsignedInt(struct.get(JAVA_SHORT, at + INSTANCE)),
                struct.get(JAVA_LONG, at + PROBED_SIZE));
    }

    /** Tells whether this is memory of the device's own. */
    public boolean isDevice() {
        return memoryClass == DEVICE;
    }
}
