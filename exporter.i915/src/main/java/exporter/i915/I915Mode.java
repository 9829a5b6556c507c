package exporter.i915;

import dmabuf.api.MappingMode;
import exporter.i915.uapi.GemMmapOffset;

/** The ways in which the CPU can map a GEM object: through its dma-buf, or at a fake offset of the node. */
enum I915Mode {
    DMA_BUF(MappingMode.DMA_BUF, -1),
    WB("wb", GemMmapOffset.WB),
    WC("wc", GemMmapOffset.WC),
    UC("uc", GemMmapOffset.UC),
    GTT("gtt", GemMmapOffset.GTT),
    FIXED("fixed", GemMmapOffset.FIXED);

    private final String word;
    private final int flags;

    I915Mode(String word, int flags) {
        this.word = word;
        this.flags = flags;
    }

    /** The name of the mode, as importers know it. */
    String word() {
        return word;
    }

    /** What MMAP_OFFSET is asked for. Not for {@link #DMA_BUF}. */
    int flags() {
        return flags;
    }
}
