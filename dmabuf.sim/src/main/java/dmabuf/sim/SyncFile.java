package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Posix;
import dmabuf.linux.UserMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A sync file, of {@code drivers/dma-buf/sync_file.c} in Linux 6.12. Buffers of this kernel are always idle, so its one fence is the
 * kernel's stub, which was signalled before anybody asked.
 */
final class SyncFile extends SimulatedFile {

    /** The name of a sync file with nothing but the stub: driver, time line, context and number. */
    static final String IDLE = "stub-stub0-0";

    private static final String STUB = "stub";
    private static final int SIGNALLED = 1;
    private static final int FENCES = 1;

    private final String name;
    private final long timestamp = System.nanoTime();

    private SyncFile(LinuxSyscalls linux, Descriptors descriptors, int token, String name) {
        super(linux, descriptors, token);
        this.name = name;
    }

    /** Makes one and gives its descriptor, which is always closed on exec. */
    static int open(LinuxSyscalls linux, Descriptors descriptors, String name) {
        return descriptors.open(linux, "sync_file", 0, token -> new SyncFile(linux, descriptors, token, name));
    }

    @Override
    void release() {
        // A signalled fence holds nothing.
    }

    @Override
    int accessMode() {
        return Posix.O_RDONLY;
    }

    @Override
    int ioctl(long request, MemorySegment argument) {
        if (request == SyncFileUapi.FILE_INFO) {
            return info(argument.address());
        }
        return request == SyncFileUapi.MERGE ? merge(argument.address()) : -Errno.ENOTTY.number();
    }

    /** {@code sync_file_ioctl_fence_info}: a caller that says 0 fences only asks for their number. */
    private int info(long argument) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = CallerMemory.struct(argument, SyncFileUapi.INFO_SIZE, arena);
            if ((info.get(JAVA_INT, SyncFileUapi.INFO_FLAGS) | info.get(JAVA_INT, SyncFileUapi.INFO_PAD)) != 0) {
                return -Errno.EINVAL.number();
            }
            if (info.get(JAVA_INT, SyncFileUapi.INFO_NUM_FENCES) != 0) {
                MemorySegment fence = arena.allocate(SyncFileUapi.FENCE_SIZE, Long.BYTES);
                put(fence, SyncFileUapi.FENCE_OBJ_NAME, STUB);
                put(fence, SyncFileUapi.FENCE_DRIVER_NAME, STUB);
                fence.set(JAVA_INT, SyncFileUapi.FENCE_STATUS, SIGNALLED);
                fence.set(JAVA_LONG, SyncFileUapi.FENCE_TIMESTAMP_NS, timestamp);
                KernelError.check(UserMemory.copyTo(info.get(JAVA_LONG, SyncFileUapi.INFO_FENCES), fence));
            }
            put(info, SyncFileUapi.INFO_NAME, name);
            info.set(JAVA_INT, SyncFileUapi.INFO_STATUS, SIGNALLED);
            info.set(JAVA_INT, SyncFileUapi.INFO_NUM_FENCES, FENCES);
            return UserMemory.copyTo(argument, info);
        }
    }

    /** {@code sync_file_ioctl_merge}: two signalled fences make one. */
    private int merge(long argument) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = CallerMemory.struct(argument, SyncFileUapi.MERGE_SIZE, arena);
            if ((data.get(JAVA_INT, SyncFileUapi.MERGE_FLAGS) | data.get(JAVA_INT, SyncFileUapi.MERGE_PAD)) != 0) {
                return -Errno.EINVAL.number();
            }
            SimulatedFile other = descriptors.find(data.get(JAVA_INT, SyncFileUapi.MERGE_FD2));
            if (other != null) {
                other.leave();
            }
            if (!(other instanceof SyncFile)) {
                return -Errno.ENOENT.number();
            }
            data.set(JAVA_BYTE, SyncFileUapi.MERGE_NAME + SyncFileUapi.NAME_LEN - 1, (byte) 0);
            int fd = open(linux, descriptors, data.getString(SyncFileUapi.MERGE_NAME, StandardCharsets.UTF_8));
            data.set(JAVA_INT, SyncFileUapi.MERGE_FENCE, fd);
            int result = UserMemory.copyTo(argument, data);
            if (result < 0) {
                descriptors.close(fd, linux::close);
            }
            return result;
        }
    }

    private static void put(MemorySegment struct, long at, String text) {
        struct.asSlice(at, SyncFileUapi.NAME_LEN).fill((byte) 0);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, struct, at, Math.min(bytes.length, SyncFileUapi.NAME_LEN - 1));
    }

    @Override
    long mmap(long address, long length, int protection, int flags, long offset) {
        return -Errno.ENODEV.number();
    }

    @Override
    long lseek(long offset, int whence) {
        return -Errno.ESPIPE.number();
    }

    /** {@code sync_file_poll}: a signalled fence can be read, and nothing else ever comes. */
    @Override
    int poll(int fd, int events, int timeoutMillis) {
        return super.poll(fd, events & Posix.POLLIN, timeoutMillis);
    }
}
