package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Every constant and request number of this module, against the system's headers. */
class LayoutTest {

    @Test
    void constantsAreThoseOfTheHeaders() throws Exception {
        CHeader header = CHeader.of("fcntl.h", "sys/mman.h", "unistd.h", "poll.h");
        for (var field : Posix.class.getFields()) {
            header.number(field.getName(), field.getInt(null));
        }
        header.assertAsInC();
    }

    @Test
    void dmaBufIoctlsAreThoseOfTheHeaders() throws Exception {
        CHeader header = CHeader.of("linux/types.h", "linux/dma-buf.h");
        for (var field : DmaBufIoctl.class.getFields()) {
            String name = field.getName();
            boolean plain = name.startsWith("SYNC_") || name.startsWith("SET_NAME") || name.equals("NAME_LEN");
            header.number((plain ? "DMA_BUF_" : "DMA_BUF_IOCTL_") + name, field.getLong(null));
        }
        header.assertAsInC();
    }

    @Test
    void structSizesThatTheRequestNumbersEncodeAreThoseOfTheHeaders() throws Exception {
        CHeader header = CHeader.of("linux/types.h", "linux/dma-buf.h", "sys/uio.h", "linux/stat.h");
        header.size("dma_buf_sync", 8);
        header.size("dma_buf_export_sync_file", 8);
        header.field("dma_buf_export_sync_file", "fd", 4);
        header.size("iovec", 16);
        header.size("statx", 256);
        header.field("statx", "stx_mode", 28);
        header.field("statx", "stx_ino", 32);
        header.field("statx", "stx_size", 40);
        header.field("statx", "stx_dev_major", 136);
        header.field("statx", "stx_dev_minor", 140);
        header.field("statx", "stx_blksize", 4);
        header.number("STATX_INO", 0x100);
        header.assertAsInC();
    }

    @Test
    void inotifyIsThatOfTheHeader() throws Exception {
        CHeader header = CHeader.of("sys/inotify.h", "sys/eventfd.h", "poll.h");
        for (var field : Inotify.class.getDeclaredFields()) {
            if (field.getName().startsWith("IN_")) {
                header.number(field.getName(), field.getInt(null));
            }
        }
        header.number("EFD_CLOEXEC", EventFd.EFD_CLOEXEC);
        header.size("inotify_event", Inotify.EVENT_SIZE);
        header.field("inotify_event", "wd", Inotify.EVENT_WD);
        header.field("inotify_event", "len", Inotify.EVENT_LEN);
        header.size("pollfd", Inotify.POLLFD_SIZE);
        header.field("pollfd", "events", Inotify.POLLFD_EVENTS);
        header.field("pollfd", "revents", 6);
        header.assertAsInC();
    }

    @Test
    void epollIsThatOfTheHeader() throws Exception {
        CHeader header = CHeader.of("sys/epoll.h");
        header.number("EPOLL_CLOEXEC", Epoll.EPOLL_CLOEXEC);
        header.number("EPOLL_CTL_ADD", Epoll.EPOLL_CTL_ADD);
        header.number("EPOLL_CTL_DEL", Epoll.EPOLL_CTL_DEL);
        header.number("EPOLLONESHOT", Epoll.EPOLLONESHOT);
        header.number("EPOLLIN", Posix.POLLIN);
        header.size("epoll_event", Epoll.EVENT_SIZE);
        header.field("epoll_event", "data", Epoll.EVENT_DATA);
        header.assertAsInC();
    }

    @Test
    void syncFilesAreThoseOfTheHeader() throws Exception {
        CHeader header = CHeader.of("linux/types.h", "linux/sync_file.h");
        header.number("SYNC_IOC_MERGE", SyncFileIoctl.MERGE);
        header.number("SYNC_IOC_FILE_INFO", SyncFileIoctl.FILE_INFO);
        header.number("sizeof(((struct sync_file_info *) 0)->name)", SyncFileIoctl.NAME_LEN);
        struct(header, "sync_merge_data", SyncFileIoctl.MergeData.class);
        struct(header, "sync_file_info", SyncFileIoctl.FileInfo.class);
        struct(header, "sync_fence_info", SyncFileIoctl.FenceInfo.class);
        header.assertAsInC();
        // Newer than the headers of many systems: the number is that of the documentation.
        assertEquals(0x40103e05L, SyncFileIoctl.SET_DEADLINE);
    }

    /** Size and offsets of a struct, whose fields are named after C's. */
    private static void struct(CHeader header, String name, Class<?> offsets) throws IllegalAccessException {
        for (var field : offsets.getFields()) {
            int ours = field.getInt(null);
            if (field.getName().equals("SIZE")) {
                header.size(name, ours);
            } else {
                header.field(name, field.getName().toLowerCase(Locale.ROOT), ours);
            }
        }
    }
}
