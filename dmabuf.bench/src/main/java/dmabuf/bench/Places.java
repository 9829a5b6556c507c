package dmabuf.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where results are to go: looked at before anything is measured, which takes long. */
final class Places {

    private Places() {}

    /**
     * Looks at every place that the command line names.
     *
     * @throws IOException when one cannot serve; the message says which, and why
     */
    static void check(Options options) throws IOException {
        if (options.from() != null && !Files.isReadable(options.from())) {
            throw new IOException("--from names what --json has written, and " + options.from() + " cannot be read");
        }
        if (options.json() != null) {
            Path folder = options.json().toAbsolutePath().getParent();
            if (Files.isDirectory(options.json()) || folder == null || !Files.isWritable(folder)) {
                throw new IOException("--json names a file, and " + options.json() + " cannot be written");
            }
        }
        if (options.doc() != null) {
            Page.check(options.doc());
        }
    }
}
