package dmabuf.guest.parts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a folder of the cache contained when it was known to be good: size, time and SHA-256 of every file. A file of the same size and
 * time is taken for good; one of another time is hashed, as version control does it.
 *
 * <p>The last line says how many there are, so that a manifest that was cut off is not taken for a whole one.
 */
final class Manifest {

    /** The manifest's own name in the folder. */
    static final String NAME = "manifest";

    private static final String END = "end ";

    private record Entry(String hash, long size, long millis, String path) {

        String line() {
            return hash + " " + size + " " + millis + " " + path;
        }
    }

    private final List<Entry> entries;

    private Manifest(List<Entry> entries) {
        this.entries = entries;
    }

    /** Describes a folder and writes the manifest into it, as the last thing. */
    static void write(Path folder) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(each -> !Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)).sorted().toList()) {
                BasicFileAttributes now = attributes(file);
                String path = folder.relativize(file).toString();
                entries.add(new Entry(hash(file, now), now.size(), now.lastModifiedTime().toMillis(), path));
            }
        }
        List<String> lines = new ArrayList<>(entries.stream().map(Entry::line).toList());
        lines.add(END + entries.size());
        Files.write(folder.resolve(NAME), lines);
    }

    /** Reads the manifest of a folder. */
    static Manifest read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            throw new DamagedException(file + " is missing");
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.getLast().equals(END + (lines.size() - 1))) {
            throw new DamagedException(file + " is cut off");
        }
        List<Entry> entries = new ArrayList<>();
        for (String line : lines.subList(0, lines.size() - 1)) {
            entries.add(parse(file, line));
        }
        return new Manifest(entries);
    }

    private static Entry parse(Path file, String line) throws DamagedException {
        String[] words = line.split(" ", 4);
        try {
            return new Entry(words[0], Long.parseLong(words[1]), Long.parseLong(words[2]), words[3]);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new DamagedException(file + " has a line that is none of its own: " + line);
        }
    }

    /** Compares with what is there now. */
    void verify(Path folder) throws IOException {
        for (Entry entry : entries) {
            Path file = folder.resolve(entry.path);
            BasicFileAttributes now;
            try {
                now = attributes(file);
            } catch (IOException e) {
                throw new DamagedException(file + " is missing");
            }
            if (now.size() != entry.size) {
                throw new DamagedException(file + " has " + now.size() + " bytes, not " + entry.size);
            }
            if (now.lastModifiedTime().toMillis() != entry.millis && !hash(file, now).equals(entry.hash)) {
                throw new DamagedException(file + " was changed");
            }
        }
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static String hash(Path file, BasicFileAttributes attributes) throws IOException {
        if (attributes.isSymbolicLink()) {
            byte[] target = Files.readSymbolicLink(file).toString().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(sha256().digest(target));
        }
        return hash(file);
    }

    /** Gives the SHA-256 of a file, in hex. */
    static String hash(Path file) throws IOException {
        MessageDigest digest = sha256();
        byte[] part = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(part); count >= 0; count = in.read(part)) {
                digest.update(part, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            // Every Java platform has it.
            throw new IllegalStateException(e);
        }
    }
}
