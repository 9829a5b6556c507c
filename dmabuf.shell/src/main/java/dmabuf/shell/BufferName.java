package dmabuf.shell;

import java.nio.charset.StandardCharsets;

/** Names that a dma-buf can have. */
final class BufferName {

    /** {@code DMA_BUF_NAME_LEN} of {@code linux/dma-buf.h}, without the NUL. */
    private static final int MAX_BYTES = 31;

    private BufferName() {}

    /** Shortens a file's name from its beginning, since its end says what it is, and takes out what a terminal would act upon. */
    static String fitting(String name) {
        String printable = name.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        int from = 0;
        while (printable.substring(from).getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            from = printable.offsetByCodePoints(from, 1);
        }
        return printable.substring(from);
    }
}
