package dmabuf.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A folder of this process alone, which goes away with it. */
record TemporaryFolder(Path path) implements AutoCloseable {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    /**
     * Makes one that nobody else can look into. The name need not be secret, since a folder that is there already is refused; so the secure
     * random numbers of {@code Files.createTempDirectory}, which take 20 ms to set up, are not needed.
     */
    static TemporaryFolder create() {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        String name = "dmabuf-" + ProcessHandle.current().pid() + "-" + Long.toString(System.nanoTime(), Character.MAX_RADIX);
        try {
            return new TemporaryFolder(Files.createDirectory(parent.resolve(name), PosixFilePermissions.asFileAttribute(OWNER_ONLY)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a folder in " + parent + ": " + e, e);
        }
    }

    /** Deletes it with all that is in it. Does nothing when it is gone already. */
    @Override
    public void close() {
        if (!Files.isDirectory(path)) {
            return;
        }
        try {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
                    Files.deleteIfExists(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + path + ": " + e.getMessage(), e);
        }
    }
}
