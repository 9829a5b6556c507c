package dmabuf.linux;

/**
 * The ioctls of a dma-buf and the structs that they take, of {@code linux/dma-buf.h}. The never-merged {@code DMA_BUF_IOCTL_INFO} is not
 * among them: its number belongs to {@link #EXPORT_SYNC_FILE} now.
 */
public final class DmaBufIoctl {

    private static final int TYPE = 'b';

    /** Begin or end CPU access: takes a {@code struct dma_buf_sync}, whose only field is a u64 of flags, filled by the caller. */
    public static final long SYNC = Ioctl.iow(TYPE, 0, 8);
    /** Set the name: takes the character pointer itself, not a struct. This is the encoding for 64-bit callers. */
    public static final long SET_NAME_B = Ioctl.iow(TYPE, 1, 8);
    /** Set the name, as 32-bit callers encode it; the kernel takes both from anybody. */
    public static final long SET_NAME_A = Ioctl.iow(TYPE, 1, 4);
    /** Get the fences as a sync file: {@code struct dma_buf_export_sync_file}, u32 flags by the caller, s32 fd by the kernel. */
    public static final long EXPORT_SYNC_FILE = Ioctl.iowr(TYPE, 2, 8);
    /** Add the fences of a sync file: {@code struct dma_buf_import_sync_file}, u32 flags and s32 fd, both by the caller. */
    public static final long IMPORT_SYNC_FILE = Ioctl.iow(TYPE, 3, 8);

    /** The CPU reads. */
    public static final long SYNC_READ = 1;
    /** The CPU writes. */
    public static final long SYNC_WRITE = 2;
    /** The CPU does both. */
    public static final long SYNC_RW = 3;
    /** Access begins (no bit). */
    public static final long SYNC_START = 0;
    /** Access ends. */
    public static final long SYNC_END = 4;
    /** The bits that {@link #SYNC} accepts. */
    public static final long SYNC_VALID_FLAGS_MASK = 7;

    /** The longest name in bytes, with its NUL. */
    public static final int NAME_LEN = 32;

    private DmaBufIoctl() {}
}
