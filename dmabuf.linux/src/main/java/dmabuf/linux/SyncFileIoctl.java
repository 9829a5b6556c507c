package dmabuf.linux;

/**
 * The ioctls of a sync file, which is one or several fences of devices as a descriptor, and their structs, of {@code linux/sync_file.h}.
 */
public final class SyncFileIoctl {

    private static final int TYPE = '>';

    /** Make a sync file of two: takes a {@link MergeData}. */
    public static final long MERGE = Ioctl.iowr(TYPE, 3, MergeData.SIZE);
    /** Ask name, status and fences: takes a {@link FileInfo}. */
    public static final long FILE_INFO = Ioctl.iowr(TYPE, 4, FileInfo.SIZE);
    /** Say by when the fences are needed: takes a {@link SetDeadline}. Since Linux 6.6; older kernels say ENOTTY. */
    public static final long SET_DEADLINE = Ioctl.iow(TYPE, 5, SetDeadline.SIZE);

    /** The longest name of a sync file, a time line or a driver, in bytes with its NUL. */
    public static final int NAME_LEN = 32;

    private SyncFileIoctl() {}

    /** Offsets in {@code struct sync_merge_data}: name, fd2, flags and pad by the caller, fence by the kernel. */
    public static final class MergeData {
        /** The size in bytes. */
        public static final int SIZE = 48;
        /** The new name, 32 bytes. */
        public static final int NAME = 0;
        /** The second sync file. */
        public static final int FD2 = 32;
        /** The new sync file. */
        public static final int FENCE = 36;

        private MergeData() {}
    }

    /** Offsets in {@code struct sync_file_info}: num_fences and the pointer by the caller, name, status and num_fences by the kernel. */
    public static final class FileInfo {
        /** The size in bytes. */
        public static final int SIZE = 56;
        /** The name, 32 bytes. */
        public static final int NAME = 0;
        /** 1 when all is done, 0 while it is not, a negated errno when it failed. */
        public static final int STATUS = 32;
        /** For how many fences there is room, 0 to ask for their number; and how many there are. */
        public static final int NUM_FENCES = 40;
        /** Where to put a {@link FenceInfo} for each. */
        public static final int SYNC_FENCE_INFO = 48;

        private FileInfo() {}
    }

    /** Offsets in {@code struct sync_fence_info}, filled by the kernel. */
    public static final class FenceInfo {
        /** The size in bytes. */
        public static final int SIZE = 80;
        /** The time line, 32 bytes. */
        public static final int OBJ_NAME = 0;
        /** The driver, 32 bytes. */
        public static final int DRIVER_NAME = 32;
        /** As of the whole. */
        public static final int STATUS = 64;
        /** When it was signalled, by CLOCK_MONOTONIC; 0 while it is not. */
        public static final int TIMESTAMP_NS = 72;

        private FenceInfo() {}
    }

    /** Offsets in {@code struct sync_set_deadline}, by the caller. */
    public static final class SetDeadline {
        /** The size in bytes. */
        public static final int SIZE = 16;
        /** By when, of CLOCK_MONOTONIC. */
        public static final int DEADLINE_NS = 0;

        private SetDeadline() {}
    }
}
