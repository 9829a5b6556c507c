package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
                        "offsetof(struct statx, stx_dev_major)", "offsetof(struct statx, stx_dev_minor)",
                        "offsetof(struct statx, stx_blksize)", "STATX_INO"));
        assertEquals(List.of(8L, 8L, 4L, 16L, 256L, 28L, 32L, 40L, 136L, 140L, 4L, 0x100L), List.copyOf(c.values()));
    }

    @Test
    void inotifyIsThatOfTheHeader() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        Map<String, Long> ours = new LinkedHashMap<>();
        for (var field : Inotify.class.getDeclaredFields()) {
            if (field.getName().startsWith("IN_")) {
                ours.put(field.getName(), (long) field.getInt(null));
            }
        }
        ours.put("EFD_CLOEXEC", (long) EventFd.EFD_CLOEXEC);
        ours.put("sizeof(struct inotify_event)", (long) Inotify.EVENT_SIZE);
        ours.put("offsetof(struct inotify_event, wd)", (long) Inotify.EVENT_WD);
        ours.put("offsetof(struct inotify_event, len)", (long) Inotify.EVENT_LEN);
        ours.put("sizeof(struct pollfd)", (long) Inotify.POLLFD_SIZE);
        ours.put("offsetof(struct pollfd, events)", (long) Inotify.POLLFD_EVENTS);
        ours.put("offsetof(struct pollfd, revents)", 6L);
        assertEquals(ours, CLayout.evaluate(List.of("sys/inotify.h", "sys/eventfd.h", "poll.h"), List.copyOf(ours.keySet())));
    }

    @Test
    void epollIsThatOfTheHeader() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put("EPOLL_CLOEXEC", (long) Epoll.EPOLL_CLOEXEC);
        ours.put("EPOLL_CTL_ADD", (long) Epoll.EPOLL_CTL_ADD);
        ours.put("EPOLL_CTL_DEL", (long) Epoll.EPOLL_CTL_DEL);
        ours.put("EPOLLONESHOT", (long) Epoll.EPOLLONESHOT);
        ours.put("EPOLLIN", (long) Posix.POLLIN);
        ours.put("sizeof(struct epoll_event)", (long) Epoll.EVENT_SIZE);
        ours.put("offsetof(struct epoll_event, data)", (long) Epoll.EVENT_DATA);
        assertEquals(ours, CLayout.evaluate(List.of("sys/epoll.h"), List.copyOf(ours.keySet())));
    }

    @Test
    void syncFilesAreThoseOfTheHeader() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put("SYNC_IOC_MERGE", SyncFileIoctl.MERGE);
        ours.put("SYNC_IOC_FILE_INFO", SyncFileIoctl.FILE_INFO);
        ours.put("sizeof(((struct sync_file_info *) 0)->name)", (long) SyncFileIoctl.NAME_LEN);
        struct(ours, "sync_merge_data", SyncFileIoctl.MergeData.class);
        struct(ours, "sync_file_info", SyncFileIoctl.FileInfo.class);
        struct(ours, "sync_fence_info", SyncFileIoctl.FenceInfo.class);
        assertEquals(ours, CLayout.evaluate(List.of("linux/types.h", "linux/sync_file.h"), List.copyOf(ours.keySet())));
        // Newer than the headers of many systems: the number is that of the documentation.
        assertEquals(0x40103e05L, SyncFileIoctl.SET_DEADLINE);
    }

    /** Size and offsets of a struct, whose fields are named after C's. */
    private static void struct(Map<String, Long> ours, String name, Class<?> offsets) throws IllegalAccessException {
        for (var field : offsets.getFields()) {
            String expression = field.getName().equals("SIZE")
                    ? "sizeof(struct " + name + ")"
                    : "offsetof(struct " + name + ", " + field.getName().toLowerCase(Locale.ROOT) + ")";
            ours.put(expression, (long) field.getInt(null));
        }
    }
}
