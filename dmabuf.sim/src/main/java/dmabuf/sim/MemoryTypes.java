package dmabuf.sim;

/**
 * The memory types of what is mapped of devices' memory: {@code arch/x86/mm/pat/memtype.c}, as far as debugfs shows it. Thread-safe.
 */
final class MemoryTypes {

    /** The list, a file of debugfs. */
    static final String FILE = "/sys/kernel/debug/x86/pat_memtype_list";

    private record Entry(long physical, long length, String type) {}

    private final NodeMappings<Entry> mappings = new NodeMappings<>();

    /** Remembers a mapping. */
    void reserve(long address, long length, long physical, String type) {
        mappings.add(address, new Entry(physical, length, type));
    }

    /** Forgets what was mapped in a range of addresses. */
    void free(long address, long length) {
        mappings.free(address, length);
    }

    /** The list as debugfs shows it. */
    String text() {
        StringBuilder text = new StringBuilder("PAT memtype list:");
        mappings.all().stream()
                .distinct()
                .map(entry -> String.format(
                        "\nPAT: [mem 0x%016x-0x%016x] %s", entry.physical(), entry.physical() + entry.length(), entry.type()))
                .sorted()
                .forEach(text::append);
        return text.toString();
    }
}
