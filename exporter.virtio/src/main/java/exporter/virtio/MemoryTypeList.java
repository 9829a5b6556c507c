package exporter.virtio;

import dmabuf.api.Caching;
import dmabuf.linux.Devices;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel itself has written down of how a device's memory is mapped: the memory types of x86 in debugfs, of which those count that
 * are in the device's BARs. It takes root and a debugfs that is mounted. Immutable: a look at one moment.
 *
 * @param entries what is mapped in the device's BARs
 */
record MemoryTypeList(Set<Entry> entries) {

    /** The list, of {@code arch/x86/mm/pat/memtype.c}. */
    static final String FILE = "/sys/kernel/debug/x86/pat_memtype_list";

    /** {@code PAT: [mem 0x…-0x…] TYPE}, and before Linux 5.7 {@code TYPE @ 0x…-0x…}. */
    private static final Pattern LINE = Pattern.compile(
            "PAT: \\[mem 0x(?<begin>[0-9a-f]+)-0x(?<end>[0-9a-f]+)] (?<type>[a-z-]+)"
                    + "|(?<oldtype>[a-z-]+) @ 0x(?<oldbegin>[0-9a-f]+)-0x(?<oldend>[0-9a-f]+)");
    private static final Pattern RESOURCE = Pattern.compile("0x([0-9a-f]+) 0x([0-9a-f]+) 0x[0-9a-f]+");
    private static final int HEX = 16;

    /** A stretch of physical memory and its type. The end is the first byte behind. */
    record Entry(long begin, long end, String type) {

        long length() {
            return end - begin;
        }

        /** The cache attribute; UNKNOWN for a type that has none of ours. */
        Caching caching() {
            return switch (type) {
                case "write-back" -> Caching.CACHED;
                case "write-combining" -> Caching.WRITE_COMBINED;
                case "uncached", "uncached-minus" -> Caching.UNCACHED;
                default -> Caching.UNKNOWN;
            };
        }
    }

    private record Range(long begin, long last) {}

    /**
     * Looks.
     *
     * @param node the device's
     * @return empty when the list cannot be read, or the device tells no BARs
     */
    static Optional<MemoryTypeList> of(Devices devices, String node) {
        Optional<String> resources =
                devices.attribute("/sys/class/drm" + node.substring(node.lastIndexOf('/')) + "/device/resource");
        if (resources.isEmpty()) {
            return Optional.empty();
        }
        List<Range> bars = bars(resources.get());
        return devices.attribute(FILE).map(text -> {
            Set<Entry> entries = new HashSet<>();
            text.lines().flatMap(line -> entry(line).stream())
                    .filter(entry -> bars.stream().anyMatch(bar -> bar.begin() <= entry.begin() && entry.end() - 1 <= bar.last()))
                    .forEach(entries::add);
            return new MemoryTypeList(Set.copyOf(entries));
        });
    }

    private static List<Range> bars(String resources) {
        List<Range> bars = new ArrayList<>();
        resources.lines().map(line -> RESOURCE.matcher(line.strip())).filter(Matcher::matches).forEach(line -> {
            Range bar = new Range(Long.parseUnsignedLong(line.group(1), HEX), Long.parseUnsignedLong(line.group(2), HEX));
            if (bar.last() > bar.begin()) {
                bars.add(bar);
            }
        });
        return bars;
    }

    private static Optional<Entry> entry(String line) {
        Matcher matcher = LINE.matcher(line.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String old = matcher.group("type") == null ? "old" : "";
        return Optional.of(new Entry(
                Long.parseUnsignedLong(matcher.group(old + "begin"), HEX), Long.parseUnsignedLong(matcher.group(old + "end"), HEX),
                matcher.group(old + "type")));
    }

    /**
     * Tells with which attribute something was mapped between two looks.
     *
     * @param before the look before
     * @param length how long it is
     * @return the attribute of what is new and has this length; UNKNOWN when there is none, or several disagree
     */
    Caching mappedSince(MemoryTypeList before, long length) {
        List<Caching> found = entries.stream()
                .filter(entry -> !before.entries().contains(entry) && entry.length() == length)
                .map(Entry::caching)
                .distinct()
                .toList();
        return found.size() == 1 ? found.getFirst() : Caching.UNKNOWN;
    }
}
