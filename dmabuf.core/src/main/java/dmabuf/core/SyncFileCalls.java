package dmabuf.core;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.api.Access;
import dmabuf.api.DmaBufException;
import dmabuf.api.FenceInfo;
import dmabuf.api.FencePoint;
import dmabuf.api.FenceStatus;
import dmabuf.fd.Errno;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.Ioctl;
import dmabuf.linux.SyncFileIoctl;
import dmabuf.linux.SyncFileIoctl.FileInfo;
import dmabuf.linux.SyncFileIoctl.MergeData;
import dmabuf.linux.SyncFileIoctl.SetDeadline;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The requests that trade fences: those of a dma-buf, and those of a sync file. */
final class SyncFileCalls {

    /** {@code struct dma_buf_export_sync_file}, and the one for import, which is laid out alike. */
    private static final int TRANSFER_SIZE = 8;
    private static final int TRANSFER_FLAGS = 0;
    private static final int TRANSFER_FD = 4;

    private SyncFileCalls() {}

    /** Exports what an access has to wait for: the descriptor of a sync file, or a negated errno. */
    static int export(Syscalls kernel, int dmaBuf, Access access) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(TRANSFER_SIZE, 4);
            struct.set(JAVA_INT, TRANSFER_FLAGS, DmaBufCalls.syncFlags(access));
            int result = Ioctl.restarting(kernel, dmaBuf, DmaBufIoctl.EXPORT_SYNC_FILE, struct);
            return result < 0 ? result : struct.get(JAVA_INT, TRANSFER_FD);
        }
    }

    /** Adds a sync file to what accesses wait for: 0, or a negated errno. */
    static int attach(Syscalls kernel, int dmaBuf, int syncFile, Access access) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(TRANSFER_SIZE, 4);
            struct.set(JAVA_INT, TRANSFER_FLAGS, DmaBufCalls.syncFlags(access));
            struct.set(JAVA_INT, TRANSFER_FD, syncFile);
            return Ioctl.restarting(kernel, dmaBuf, DmaBufIoctl.IMPORT_SYNC_FILE, struct);
        }
    }

    /** Asks for no fence in particular; 0, or a negated errno: ENOTTY when it is no sync file. */
    private static int ask(Syscalls kernel, int fd, MemorySegment info) {
        return Ioctl.restarting(kernel, fd, SyncFileIoctl.FILE_INFO, info);
    }

    /**
     * Tells a sync file from anything else.
     *
     * @throws DmaBufException ENOMEM, which says nothing of the file
     */
    static boolean isSyncFile(Syscalls kernel, int fd) {
        try (Arena arena = Arena.ofConfined()) {
            int result = ask(kernel, fd, arena.allocate(FileInfo.SIZE, 8));
            if (result == -Errno.ENOMEM.number()) {
                checkInfo(result, fd);
            }
            return result == 0;
        }
    }

    static FenceStatus status(Syscalls kernel, int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(FileInfo.SIZE, 8);
            checkInfo(ask(kernel, fd, info), fd);
            return FenceStatus.ofKernel(info.get(JAVA_INT, FileInfo.STATUS));
        }
    }

    static FenceInfo info(Syscalls kernel, int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(FileInfo.SIZE, 8);
            checkInfo(ask(kernel, fd, info), fd);
            int room = info.get(JAVA_INT, FileInfo.NUM_FENCES);
            MemorySegment fences = arena.allocate((long) room * SyncFileIoctl.FenceInfo.SIZE, 8);
            info.set(JAVA_LONG, FileInfo.SYNC_FENCE_INFO, fences.address());
            // There may be fewer by now: a chain drops what is signalled. There are never more.
            checkInfo(ask(kernel, fd, info), fd);
            List<FencePoint> points = new ArrayList<>(room);
            for (long i = 0; i < info.get(JAVA_INT, FileInfo.NUM_FENCES); i++) {
                points.add(point(fences.asSlice(i * SyncFileIoctl.FenceInfo.SIZE, SyncFileIoctl.FenceInfo.SIZE)));
            }
            return new FenceInfo(text(info, FileInfo.NAME), FenceStatus.ofKernel(info.get(JAVA_INT, FileInfo.STATUS)), points);
        }
    }

    private static void checkInfo(int result, int fd) {
        SyscallResult.check(result, "SYNC_IOC_FILE_INFO", "fd " + fd);
    }

    private static FencePoint point(MemorySegment fence) {
        return new FencePoint(
                text(fence, SyncFileIoctl.FenceInfo.DRIVER_NAME),
                text(fence, SyncFileIoctl.FenceInfo.OBJ_NAME),
                FenceStatus.ofKernel(fence.get(JAVA_INT, SyncFileIoctl.FenceInfo.STATUS)),
                fence.get(JAVA_LONG, SyncFileIoctl.FenceInfo.TIMESTAMP_NS));
    }

    private static String text(MemorySegment struct, long offset) {
        return struct.asSlice(offset, SyncFileIoctl.NAME_LEN).getString(0, StandardCharsets.UTF_8);
    }

    /**
     * Merges two sync files: a descriptor.
     *
     * @throws DmaBufException EINVAL for a name that the kernel would cut; what the kernel says
     */
    static int merge(Syscalls kernel, int fd, int other, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        String subject = "fd " + fd + " with fd " + other + ", name \"" + name.replace("\0", "\\0") + "\"";
        if (bytes.length >= SyncFileIoctl.NAME_LEN || name.indexOf('\0') >= 0) {
            String limit = "a name has at most " + (SyncFileIoctl.NAME_LEN - 1) + " bytes in UTF-8, and no NUL";
            throw new DmaBufException(Errno.EINVAL, "SYNC_IOC_MERGE", subject, limit);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(MergeData.SIZE, 8);
            MemorySegment.copy(MemorySegment.ofArray(bytes), 0, data, MergeData.NAME, bytes.length);
            data.set(JAVA_INT, MergeData.FD2, other);
            int result = Ioctl.restarting(kernel, fd, SyncFileIoctl.MERGE, data);
            if (result == -Errno.ENOENT.number()) {
                throw new DmaBufException(Errno.ENOENT, "SYNC_IOC_MERGE", subject, "the other is no sync file of this kernel");
            }
            SyscallResult.check(result, "SYNC_IOC_MERGE", subject);
            return data.get(JAVA_INT, MergeData.FENCE);
        }
    }

    /** A hint: 0, or a negated errno. */
    static int setDeadline(Syscalls kernel, int fd, long nanoTime) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment deadline = arena.allocate(SetDeadline.SIZE, 8);
            deadline.set(JAVA_LONG, SetDeadline.DEADLINE_NS, nanoTime);
            return Ioctl.restarting(kernel, fd, SyncFileIoctl.SET_DEADLINE, deadline);
        }
    }
}
