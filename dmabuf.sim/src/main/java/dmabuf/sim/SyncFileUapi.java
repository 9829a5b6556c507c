package dmabuf.sim;

import dmabuf.linux.Ioctl;

/** {@code linux/sync_file.h} as the kernel reads and fills it. */
final class SyncFileUapi {

    static final long MERGE = Ioctl.iowr('>', 3, 48);
    static final long FILE_INFO = Ioctl.iowr('>', 4, 56);
    static final long SET_DEADLINE = Ioctl.iow('>', 5, 16);

    /** What a status says: still to come, and come. */
    static final int ACTIVE = 0;
    static final int SIGNALLED = 1;

    /** The length of every name in these structs, with its NUL. */
    static final int NAME_LEN = 32;

    /** {@code struct sync_merge_data}: name, fd2, flags and pad by the caller, fence by the kernel. */
    static final int MERGE_SIZE = 48;
    static final int MERGE_NAME = 0;
    static final int MERGE_FD2 = 32;
    static final int MERGE_FENCE = 36;
    static final int MERGE_FLAGS = 40;
    static final int MERGE_PAD = 44;

    /** {@code struct sync_file_info}: flags, num_fences, pad and the pointer by the caller, name, status and num_fences by the kernel. */
    static final int INFO_SIZE = 56;
    static final int INFO_NAME = 0;
    static final int INFO_STATUS = 32;
    static final int INFO_FLAGS = 36;
    static final int INFO_NUM_FENCES = 40;
    static final int INFO_PAD = 44;
    static final int INFO_FENCES = 48;

    /** {@code struct sync_fence_info}, filled by the kernel. */
    static final int FENCE_SIZE = 80;
    static final int FENCE_OBJ_NAME = 0;
    static final int FENCE_DRIVER_NAME = 32;
    static final int FENCE_STATUS = 64;
    static final int FENCE_TIMESTAMP_NS = 72;

    /** {@code struct sync_set_deadline}, all by the caller. */
    static final int DEADLINE_SIZE = 16;
    static final int DEADLINE_PAD = 8;

    private SyncFileUapi() {}
}
