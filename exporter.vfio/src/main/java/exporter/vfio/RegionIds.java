package exporter.vfio;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers for framebuffers in regions, for which devices have no ids: the same geometry in the same region has the same number, like the
 * ids of dma-bufs, for the last few that were there. No number is given twice. Thread-safe.
 */
final class RegionIds {

    /** By region, frame and size. No record: with one as a key the class loader of the bundle has been seen to stay. */
    private final Map<List<Object>, Long> known = new LinkedHashMap<>(DmaBufCache.MOST, 0.75f, true);
    private long last;

    synchronized long of(ShownPlane plane) {
        List<Object> framebuffer = List.of(plane.regionOrId(), plane.frame(), plane.size());
        Long id = known.get(framebuffer);
        if (id == null) {
            id = ++last;
            known.put(framebuffer, id);
            if (known.size() > DmaBufCache.MOST) {
                known.remove(known.keySet().iterator().next());
            }
        }
        return id;
    }
}
