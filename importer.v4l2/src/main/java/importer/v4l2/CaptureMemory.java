package importer.v4l2;

/** Whose memory a camera captures into. */
public enum CaptureMemory {
    /** {@code V4L2_MEMORY_DMABUF}: buffers of any exporter, chosen by what camera and users need. */
    DMABUF,
    /** {@code V4L2_MEMORY_MMAP}: the driver's own buffers, each of which becomes a dma-buf by {@code VIDIOC_EXPBUF}. */
    MMAP
}
