package dmabuf.guest.machine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Follows a file that another process writes, and passes on what is new. Not thread-safe. */
final class FileTail {

    private final Path file;
    private final OutputStream target;
    private long position;

    FileTail(Path file, OutputStream target) {
        this.file = file;
        this.target = target;
    }

    /** Passes on what was written since the last time. A file that is not there yet has nothing in it. */
    void pump() throws IOException {
        if (!Files.exists(file) || Files.size(file) <= position) {
            return;
        }
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(position);
            position += in.transferTo(target);
        }
        target.flush();
    }
}
