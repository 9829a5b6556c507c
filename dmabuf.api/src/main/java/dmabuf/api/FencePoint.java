package dmabuf.api;

/**
 * One fence of those that make up a {@link Fence}: a point on the time line of a device. Mirrors {@code struct sync_fence_info}.
 *
 * @param driver the driver's name, {@code stub} for what stands for nothing to wait for
 * @param timeline the name of the time line, a queue of the device mostly
 * @param status how far it is
 * @param timestampNanos when it was signalled, in nanoseconds of CLOCK_MONOTONIC, which {@link System#nanoTime} counts as well; 0 while
 *     it is not
 */
public record FencePoint(String driver, String timeline, FenceStatus status, long timestampNanos) {}
