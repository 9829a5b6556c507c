package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every constant and request number of this module, against the system's headers. */
class LayoutTest {

    @Test
    void constantsAreThoseOfTheHeaders() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        Map<String, Long> ours = new LinkedHashMap<>();
        for (var field : Posix.class.getFields()) {
            ours.put(field.getName(), (long) field.getInt(null));
        }
        assertEquals(ours, CLayout.evaluate(List.of("fcntl.h", "sys/mman.h", "unistd.h", "poll.h"), List.copyOf(ours.keySet())));
    }

    @Test
    void dmaBufIoctlsAreThoseOfTheHeaders() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        Map<String, Long> ours = new LinkedHashMap<>();
        for (var field : DmaBufIoctl.class.getFields()) {
            String name = field.getName();
            boolean plain = name.startsWith("SYNC_") || name.startsWith("SET_NAME") || name.equals("NAME_LEN");
            ours.put((plain ? "DMA_BUF_" : "DMA_BUF_IOCTL_") + name, field.getLong(null));
        }
        assertEquals(ours, CLayout.evaluate(List.of("linux/types.h", "linux/dma-buf.h"), List.copyOf(ours.keySet())));
    }

    @Test
    void structSizesThatTheRequestNumbersEncodeAreThoseOfTheHeaders() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        Map<String, Long> c = CLayout.evaluate(
                List.of("linux/types.h", "linux/dma-buf.h", "sys/uio.h", "linux/stat.h"),
                List.of("sizeof(struct dma_buf_sync)", "sizeof(struct dma_buf_export_sync_file)",
                        "offsetof(struct dma_buf_export_sync_file, fd)", "sizeof(struct iovec)", "sizeof(struct statx)",
                        "offsetof(struct statx, stx_mode)", "offsetof(struct statx, stx_ino)", "offsetof(struct statx, stx_size)",
                        "offsetof(struct statx, stx_dev_major)", "offsetof(struct statx, stx_dev_minor)"));
        assertEquals(List.of(8L, 8L, 4L, 16L, 256L, 28L, 32L, 40L, 136L, 140L), List.copyOf(c.values()));
    }
}
