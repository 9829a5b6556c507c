package dmabuf.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where bytes are written to.
 *
 * @param path a file, or null for standard output
 */
record Destination(Path path) {

    private static final long PIECE = 1 << 24;

    /**
     * Looks at the place, so that what cannot be written is said before a buffer is taken that nobody else can take then.
     *
     * @throws IllegalArgumentException when nothing can be written there; the message says why
     */
    static Destination of(String name) {
        if (name.equals("-")) {
            return new Destination(null);
        }
        Path path = Path.of(name);
        Path folder = path.toAbsolutePath().getParent();
        String complaint = Files.isDirectory(path) ? "it is a folder"
                : Files.exists(path) ? (Files.isWritable(path) ? null : "there is no permission to write it")
                : !Files.isDirectory(folder) ? "there is no folder " + folder
                : !Files.isWritable(folder) ? "there is no permission to make a file in " + folder
                : null;
        if (complaint != null) {
            throw new IllegalArgumentException("cannot write " + path + ": " + complaint);
        }
        return new Destination(path);
    }

    void write(MemorySegment bytes) {
        try (WritableByteChannel channel = open()) {
            for (long at = 0; at < bytes.byteSize(); at += PIECE) {
                ByteBuffer piece = bytes.asSlice(at, Math.min(PIECE, bytes.byteSize() - at)).asByteBuffer();
                while (piece.hasRemaining()) {
                    channel.write(piece);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + (path == null ? "to standard output" : path) + ": " + e.getMessage(), e);
        }
    }

    private WritableByteChannel open() throws IOException {
        return path == null
                ? Channels.newChannel(System.out)
                : FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }
}
