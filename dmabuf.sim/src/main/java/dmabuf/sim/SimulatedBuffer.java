package dmabuf.sim;

/**
 * What a kernel tells of a dma-buf in {@code /sys/kernel/debug/dma_buf/bufinfo}.
 *
 * @param inode its identity, as statx(2) tells it of each of its descriptors
 * @param size its size in bytes
 * @param exporter the driver that made it, {@code udmabuf}; {@code import} for a buffer that came from another process
 * @param name the name that was set last, empty for none
 */
public record SimulatedBuffer(long inode, long size, String exporter, String name) {}
