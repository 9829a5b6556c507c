package dmabuf.api;

import java.util.List;

/**
 * What the kernel tells of a {@link Fence}, at one moment. Mirrors {@code SYNC_IOC_FILE_INFO}.
 *
 * @param name the name that a merge gave it, otherwise one that the kernel made up
 * @param status how far all of it is: signalled when every point is, and failed when one of them is
 * @param points the fences that make it up, at least one
 */
public record FenceInfo(String name, FenceStatus status, List<FencePoint> points) {

    /** Keeps a copy of the list. */
    public FenceInfo {
        points = List.copyOf(points);
    }
}
