package dmabuf.sim;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The memory types of what is mapped of devices' memory: {@code arch/x86/mm/pat/memtype.c}, as far as debugfs shows it. Thread-safe.
 */
final class MemoryTypes {

    /** The list, a file of debugfs. */
    static final String FILE = "/sys/kernel/debug/x86/pat_memtype_list";

    private record Entry(long physical, long length, String type) {}

    /** By the address of the mapping, which this process alone has. */
    private final Map<Long, Entry> mapped = new ConcurrentSkipListMap<>();

    /** Remembers a mapping. */
    void reserve(long address, long length, long physical, String type) {
        mapped.put(address, new Entry(physical, length, type));
    }

    /** Forgets what was mapped in a range of addresses. */
    void free(long address, long length) {
        if (!mapped.isEmpty()) {
            mapped.keySet().removeIf(each -> each >= address && each - address < length);
        }
    }

    /** The list as debugfs shows it. */
    String text() {
        StringBuilder text = new StringBuilder("PAT memtype list:");
        mapped.values().stream()
                .distinct()
                .map(entry -> String.format(
                        "\nPAT: [mem 0x%016x-0x%016x] %s", entry.physical(), entry.physical() + entry.length(), entry.type()))
                .sorted()
                .forEach(text::append);
        return text.toString();
    }
}
