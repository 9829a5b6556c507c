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
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A sync file, of {@code drivers/dma-buf/sync_file.c} in Linux 6.12: one fence, or several of which all must be signalled. */
final class SyncFile extends SimulatedFile {

    private final List<Fence> fences;
    private final String userName;
    private final long context = Fence.newContext();
    private final ReadinessPipe readiness;

    private SyncFile(LinuxSyscalls linux, Descriptors descriptors, ReadinessPipe readiness, String userName, List<Fence> fences) {
        super(linux, descriptors, readiness.readEnd());
        this.readiness = readiness;
        this.userName = userName;
        this.fences = List.copyOf(fences);
    }

    /**
     * Makes one and gives its descriptor, which is always closed on exec.
     *
     * @param userName its name, empty for one that its fences make up
     * @param fences at least one
     */
    static int open(LinuxSyscalls linux, Descriptors descriptors, String userName, List<Fence> fences) {
        ReadinessPipe readiness = ReadinessPipe.open(linux);
        SyncFile file;
        try {
            file = new SyncFile(linux, descriptors, readiness, userName, fences);
            descriptors.install(readiness.readEnd(), file);
        } catch (RuntimeException e) {
            readiness.closeBothEnds();
            throw e;
        }
        readiness.follow(file.fences);
        return readiness.readEnd();
    }

    List<Fence> fences() {
        return fences;
    }

    private boolean isSignalled() {
        return fences.stream().allMatch(Fence::isSignalled);
    }

    /** Unless it was given one: the name of its fence, or that of the array which several make up. */
    private String name() {
        if (!userName.isEmpty()) {
            return userName;
        }
        return fences.size() == 1 ? fences.getFirst().name() : "dma_fence_array-unbound" + context + "-1";
    }

    @Override
    void release() {
        readiness.close();
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
        if (request == SyncFileUapi.SET_DEADLINE) {
            return deadline(argument.address());
        }
        return request == SyncFileUapi.MERGE ? merge(argument.address()) : -Errno.ENOTTY.number();
    }

    /** {@code sync_file_ioctl_set_deadline}: a hint, which no device of the simulation takes. */
    private static int deadline(long argument) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment deadline = CallerMemory.struct(argument, SyncFileUapi.DEADLINE_SIZE, arena);
            return deadline.get(JAVA_LONG, SyncFileUapi.DEADLINE_PAD) == 0 ? 0 : -Errno.EINVAL.number();
        }
    }

    /** {@code sync_file_ioctl_fence_info}: a caller that says 0 fences only asks for their number. */
    private int info(long argument) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = CallerMemory.struct(argument, SyncFileUapi.INFO_SIZE, arena);
            if ((info.get(JAVA_INT, SyncFileUapi.INFO_FLAGS) | info.get(JAVA_INT, SyncFileUapi.INFO_PAD)) != 0) {
                return -Errno.EINVAL.number();
            }
            int room = info.get(JAVA_INT, SyncFileUapi.INFO_NUM_FENCES);
            boolean signalled = isSignalled();
            if (room != 0) {
                if (Integer.compareUnsigned(room, fences.size()) < 0) {
                    return -Errno.EINVAL.number();
                }
                KernelError.check(UserMemory.copyTo(info.get(JAVA_LONG, SyncFileUapi.INFO_FENCES), describe(arena)));
            }
            put(info, SyncFileUapi.INFO_NAME, name());
            info.set(JAVA_INT, SyncFileUapi.INFO_STATUS, signalled ? SyncFileUapi.SIGNALLED : SyncFileUapi.ACTIVE);
            info.set(JAVA_INT, SyncFileUapi.INFO_NUM_FENCES, fences.size());
            return UserMemory.copyTo(argument, info);
        }
    }

    private MemorySegment describe(Arena arena) {
        MemorySegment all = arena.allocate((long) fences.size() * SyncFileUapi.FENCE_SIZE, Long.BYTES);
        for (int i = 0; i < fences.size(); i++) {
            Fence fence = fences.get(i);
            MemorySegment one = all.asSlice((long) i * SyncFileUapi.FENCE_SIZE, SyncFileUapi.FENCE_SIZE);
            put(one, SyncFileUapi.FENCE_OBJ_NAME, fence.timeline());
            put(one, SyncFileUapi.FENCE_DRIVER_NAME, fence.driver());
            one.set(JAVA_INT, SyncFileUapi.FENCE_STATUS, fence.isSignalled() ? SyncFileUapi.SIGNALLED : SyncFileUapi.ACTIVE);
            one.set(JAVA_LONG, SyncFileUapi.FENCE_TIMESTAMP_NS, fence.timestamp());
        }
        return all;
    }

    /** {@code sync_file_ioctl_merge}: what is still to come of both, each once; or the last that has happened. */
    private int merge(long argument) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = CallerMemory.struct(argument, SyncFileUapi.MERGE_SIZE, arena);
            if ((data.get(JAVA_INT, SyncFileUapi.MERGE_FLAGS) | data.get(JAVA_INT, SyncFileUapi.MERGE_PAD)) != 0) {
                return -Errno.EINVAL.number();
            }
            data.set(JAVA_BYTE, SyncFileUapi.MERGE_NAME + SyncFileUapi.NAME_LEN - 1, (byte) 0);
            String name = data.getString(SyncFileUapi.MERGE_NAME, StandardCharsets.UTF_8);
            int fd = open(linux, descriptors, name, merged(data.get(JAVA_INT, SyncFileUapi.MERGE_FD2)));
            data.set(JAVA_INT, SyncFileUapi.MERGE_FENCE, fd);
            int result = UserMemory.copyTo(argument, data);
            if (result < 0) {
                descriptors.close(fd, linux::close);
            }
            return result;
        }
    }

    private List<Fence> merged(int fd2) {
        SimulatedFile other = descriptors.find(fd2);
        if (other == null) {
            throw new KernelError(Errno.ENOENT);
        }
        try {
            if (!(other instanceof SyncFile second)) {
                throw new KernelError(Errno.ENOENT);
            }
            Set<Fence> all = new LinkedHashSet<>(fences);
            all.addAll(second.fences);
            long last = all.stream().mapToLong(Fence::timestamp).max().orElseThrow();
            List<Fence> pending = new ArrayList<>(all);
            pending.removeIf(Fence::isSignalled);
            return pending.isEmpty() ? List.of(Fence.signalledAt(last)) : pending;
        } finally {
            other.leave();
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

    /** {@code sync_file_poll}: it can be read once it is signalled, and nothing else ever comes. */
    @Override
    int poll(int fd, int events, int timeoutMillis) {
        return super.poll(fd, events & Posix.POLLIN, timeoutMillis);
    }
}
