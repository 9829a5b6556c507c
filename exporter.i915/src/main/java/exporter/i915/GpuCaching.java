package exporter.i915;

import exporter.i915.uapi.GemCaching;
import java.util.Locale;

/** How the GPU caches an object: what SET_CACHING sets, and the values of the option {@code i915.caching}. */
enum GpuCaching {
    NONE(GemCaching.NONE),
    CACHED(GemCaching.CACHED),
    DISPLAY(GemCaching.DISPLAY);

    private final int value;

    GpuCaching(int value) {
        this.value = value;
    }

    int value() {
        return value;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
