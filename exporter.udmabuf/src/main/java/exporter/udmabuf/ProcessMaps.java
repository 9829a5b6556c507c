package exporter.udmabuf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A snapshot of {@code /proc/self/maps}: what is mapped where in this process. */
final class ProcessMaps {

    /** A file by its identity, in the encoding of statx: major number in the upper half of the device. */
    record File(long device, long inode) {}

    /** One line: a stretch of addresses, and the file and offset behind it. */
    record Area(long start, long end, boolean shared, long offset, File file, String path) {

        boolean isMemfd() {
            return path.startsWith("/memfd:");
        }

        String describe() {
            if (path.isEmpty() || path.startsWith("[")) {
                return "anonymous memory";
            }
            return (shared ? "a shared mapping of " : "a private mapping of ") + path;
        }
    }

    private final TreeMap<Long, Area> areas = new TreeMap<>();

    private ProcessMaps() {}

    static ProcessMaps read() {
        ProcessMaps maps = new ProcessMaps();
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
                Area area = parse(line);
                maps.areas.put(area.start(), area);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read /proc/self/maps", e);
        }
        return maps;
    }

    /** Parses {@code 7f00-7f01 rw-s 00001000 00:01 1034 /memfd:name (deleted)}. */
    static Area parse(String line) {
        String[] fields = line.split(" +", 6);
        String[] range = fields[0].split("-");
        String[] device = fields[3].split(":");
        return new Area(
                Long.parseUnsignedLong(range[0], 16),
                Long.parseUnsignedLong(range[1], 16),
                fields[1].charAt(3) == 's',
                Long.parseUnsignedLong(fields[2], 16),
                new File(Long.parseLong(device[0], 16) << 32 | Long.parseLong(device[1], 16), Long.parseLong(fields[4])),
                fields.length > 5 ? fields[5] : "");
    }

    Optional<Area> at(long address) {
        var entry = areas.floorEntry(address);
        return entry == null || address >= entry.getValue().end() ? Optional.empty() : Optional.of(entry.getValue());
    }

    static List<Integer> openDescriptors() {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.map(entry -> Integer.parseInt(entry.getFileName().toString())).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list /proc/self/fd", e);
        }
    }
}
