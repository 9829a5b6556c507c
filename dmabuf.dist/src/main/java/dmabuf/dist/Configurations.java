package dmabuf.dist;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Configuration by PID, from the user's folder and the command line, laid out where Felix Config Admin finds it: there before the first
 * bundle asks, so that nothing is activated twice.
 *
 * <p>A file of the user's is {@code PID.cfg}, with a line {@code key = value} for each property, as File Install reads them.
 */
final class Configurations {

    private static final String SUFFIX = ".cfg";

    private final Map<String, Map<String, String>> byPid = new TreeMap<>();

    /** Adds every file of a folder. */
    Configurations addFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            return this;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(one -> one.toString().endsWith(SUFFIX)).toList()) {
                String name = file.getFileName().toString();
                String pid = name.substring(0, name.length() - SUFFIX.length());
                Properties properties = new Properties();
                try (Reader reader = Files.newBufferedReader(file)) {
                    properties.load(reader);
                }
                properties.stringPropertyNames().forEach(key -> put(pid, key, properties.getProperty(key)));
            }
            return this;
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException("cannot read the configuration in " + folder + ": " + e.getMessage(), e);
        }
    }

    Configurations put(String pid, String key, String value) {
        byPid.computeIfAbsent(pid, unused -> new TreeMap<>()).put(key, value);
        return this;
    }

    /** Forgets a PID, whoever has said something about it. */
    Configurations remove(String pid) {
        byPid.remove(pid);
        return this;
    }

    boolean has(String pid) {
        return byPid.containsKey(pid);
    }

    /** Writes one file a PID, as Felix's file persistence names and fills them. */
    void write(Path folder) {
        byPid.forEach((pid, properties) -> {
            Path file = folder.resolve(pid.replace('.', '/') + ".config");
            Map<String, String> all = new TreeMap<>(properties);
            all.put("service.pid", pid);
            try {
                Files.createDirectories(file.getParent());
                Files.writeString(file, all.entrySet().stream()
                        .map(entry -> entry.getKey() + "=\"" + escape(entry.getValue()) + "\"\n")
                        .collect(Collectors.joining()));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write the configuration " + file + ": " + e.getMessage(), e);
            }
        });
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("=", "\\=");
    }
}
