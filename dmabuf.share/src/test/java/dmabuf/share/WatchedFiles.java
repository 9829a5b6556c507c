package dmabuf.share;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dmabuf.linux.FileStatus;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.SyscallResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Open files that are watched to their end, wherever they are held: by a descriptor, a mapping, or a message that nobody has received, of
 * which /proc/self/fd knows nothing. Each has a lock that belongs to the open file (see fcntl(2), F_OFD_SETLK), and is listed in
 * /proc/locks until the last who holds the file lets go.
 */
final class WatchedFiles {

    private static final Path LOCKS = Path.of("/proc/locks");
    private static final int F_OFD_SETLK = 37;
    /** {@code sizeof(struct flock)}; all zero but for the type is the whole file. */
    private static final int FLOCK_SIZE = 32;
    private static final short F_RDLCK = 0;

    private final Set<String> inodes = ConcurrentHashMap.newKeySet();

    /** Begins to watch what this descriptor has open. */
    void watch(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            var flock = arena.allocate(FLOCK_SIZE, 8);
            flock.set(JAVA_SHORT, 0, F_RDLCK);
            SyscallResult.check(new LinuxSyscalls().fcntl(descriptor, F_OFD_SETLK, flock.address()), "F_OFD_SETLK", "fd " + descriptor);
        }
        inodes.add(Long.toString(FileStatus.of(descriptor).inode()));
    }

    /** Says how many are still open; empty when none is. */
    String stillOpen() {
        try {
            // 1: OFDLCK ADVISORY  READ -1 00:01:4711 0 EOF
            long open = Files.readAllLines(LOCKS, StandardCharsets.ISO_8859_1).stream()
                    .filter(line -> line.contains("OFDLCK"))
                    .map(line -> line.split(" +")[5])
                    .filter(file -> inodes.contains(file.substring(file.lastIndexOf(':') + 1)))
                    .count();
            return open == 0 ? "" : open + " open files";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
