package dmabuf.core;

/** What is behind a buffer, and so what its descriptor understands. */
enum Backing {

    /** A dma-buf. */
    DMA_BUF("it is a dma-buf"),

    /** A memfd that can never shrink. */
    MEMFD("it is a memfd, which no device uses and which has no fences"),

    /** Memory of a device, which is mapped through the device's own descriptor: nothing to speak to, and nothing to give away. */
    DEVICE("it is memory of a device and no dma-buf, and has no fences");

    private final String words;

    Backing(String words) {
        this.words = words;
    }

    /** Whether there is something to take {@code DMA_BUF_IOCTL_*}. */
    boolean isDmaBuf() {
        return this == DMA_BUF;
    }

    /** Why what takes a dma-buf is refused. */
    String words() {
        return words;
    }
}
