package dmabuf.sim;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Which ranges of addresses are mappings of devices' nodes, and of what, for drivers that count them. Thread-safe. */
final class NodeMappings {

    private final Map<Long, Object> mapped = new ConcurrentSkipListMap<>();

    /** Remembers a mapping. */
    void add(long address, Object what) {
        mapped.put(address, what);
    }

    /** Forgets what was mapped in a range of addresses. */
    void free(long address, long length) {
        if (!mapped.isEmpty()) {
            mapped.keySet().removeIf(each -> each >= address && each - address < length);
        }
    }

    /** Whether anybody has this mapped. */
    boolean contains(Object what) {
        return mapped.containsValue(what);
    }
}
