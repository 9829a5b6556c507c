package dmabuf.shell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that is to be read into memory.
 *
 * @param path where it is
 * @param size its size in bytes, more than 0
 */
record FileContent(Path path, long size) {

    private static final long PIECE = 1 << 24;

    /**
     * Looks at a file.
     *
     * @throws IllegalArgumentException when there is nothing that could be read; the message says why
     */
    static FileContent of(Path path) {
        String complaint = !Files.exists(path) ? "there is no such file"
                : Files.isDirectory(path) ? "it is a folder"
                : !Files.isRegularFile(path) ? "it is no regular file"
                : !Files.isReadable(path) ? "there is no permission to read it"
                : null;
        if (complaint != null) {
            throw new IllegalArgumentException("cannot read " + path + ": " + complaint);
        }
        long size = path.toFile().length();
        if (size == 0) {
            throw new IllegalArgumentException("cannot use " + path + ": it is empty, and a buffer has at least one byte");
        }
        return new FileContent(path, size);
    }

    String name() {
        return path.getFileName().toString();
    }

    /** Reads the whole file, straight into memory that is at least as large. */
    void readInto(MemorySegment memory) {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            long at = 0;
            while (at < size) {
                ByteBuffer piece = memory.asSlice(at, Math.min(PIECE, size - at)).asByteBuffer();
                int count = file.read(piece);
                if (count < 0) {
                    throw new IOException("it became shorter while it was read");
                }
                at += count;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }
}
