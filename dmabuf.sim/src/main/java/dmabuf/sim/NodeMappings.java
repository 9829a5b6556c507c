package dmabuf.sim;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Which ranges of addresses are mappings of devices' nodes, and of what. Thread-safe.
 *
 * @param <T> what is remembered of a mapping
 */
final class NodeMappings<T> {

    /** By the address of the mapping, which this process alone has. */
    private final Map<Long, T> mapped = new ConcurrentSkipListMap<>();

    /** Remembers a mapping. */
    void add(long address, T what) {
        mapped.put(address, what);
    }

    /** Forgets what was mapped in a range of addresses. */
    void free(long address, long length) {
        if (!mapped.isEmpty()) {
            mapped.keySet().removeIf(each -> each >= address && each - address < length);
        }
    }

    /** Whether anybody has this mapped. */
    boolean contains(T what) {
        return mapped.containsValue(what);
    }

    /** What is mapped, by address. */
    Collection<T> all() {
        return mapped.values();
    }
}
