package dmabuf.display;

import java.util.Locale;

/** How a device shows a plane. */
public enum Transport {
    /** As a dma-buf, which can be handed on and outlives the device. */
    DMA_BUF,
    /** As a region of itself, which can be mapped for as long as the device is there. */
    REGION;

    /**
     * Gives the word for it.
     *
     * @return {@code dma-buf} or {@code region}
     */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
