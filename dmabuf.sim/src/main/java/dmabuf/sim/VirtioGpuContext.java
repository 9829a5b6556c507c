package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import dmabuf.linux.UserMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/**
 * What a client has on a host that renders: {@code virtgpu_ioctl.c} and {@code virtgpu_submit.c} of Linux 6.12. The simulated host is done
 * with every command when the request returns, and draws nothing.
 *
 * <p>Thread-safe.
 */
final class VirtioGpuContext {

    private static final long MOST_PARAMS = 4;
    private static final long LARGEST_CAPSET_ID = 63;
    private static final long MOST_RINGS = 64;
    private static final int NAME_LENGTH = 63;
    /** No buffer of commands is longer that is worth the name. */
    private static final long LONGEST_COMMAND = 64L << 20;

    /** What the host can do, by the number of the set. */
    private record Capset(int version, int size) {}

    /** {@code VIRTIO_GPU_CAPSET_VIRGL} and {@code VIRTIO_GPU_CAPSET_VIRGL2}, with the sizes of their structs. */
    private static final Map<Integer, Capset> CAPSETS = Map.of(1, new Capset(1, 308), 2, new Capset(2, 1384));

    /** The sets as bits. */
    static final int CAPSET_MASK = CAPSETS.keySet().stream().mapToInt(id -> 1 << id).sum();

    private final VirtioGpuFeatures features;
    private final DrmClient client;
    private final VirglBlobs blobs = new VirglBlobs();
    private boolean created;
    private boolean capsetChosen;
    private boolean hasRings;
    private long rings;
    private long polledRings;
    private boolean named;

    VirtioGpuContext(VirtioGpuFeatures features, DrmClient client) {
        this.features = features;
        this.client = client;
    }

    /** The first request that needs it makes it. */
    synchronized void create() {
        created = true;
    }

    /** {@code virtio_gpu_context_init_ioctl}. What was set before a refusal stays set. */
    int init(MemorySegment init) {
        if (!features.hasContextInit() || !features.has3d()) {
            throw new KernelError(Errno.EINVAL);
        }
        long count = Integer.toUnsignedLong(init.get(JAVA_INT, VirtioGpuUapi.INIT_NUM_PARAMS));
        if (count > MOST_PARAMS) {
            throw new KernelError(Errno.EINVAL);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment parameters = copy(init.get(JAVA_LONG, VirtioGpuUapi.INIT_PARAMS), count * VirtioGpuUapi.SET_PARAM_SIZE, arena);
            synchronized (this) {
                if (created) {
                    throw new KernelError(Errno.EEXIST);
                }
                for (long at = 0; at < parameters.byteSize(); at += VirtioGpuUapi.SET_PARAM_SIZE) {
                    set(parameters.get(JAVA_LONG, at + VirtioGpuUapi.SET_PARAM),
                            parameters.get(JAVA_LONG, at + VirtioGpuUapi.SET_PARAM_VALUE));
                }
                long valid = rings >= Long.SIZE ? -1 : (1L << rings) - 1;
                check((polledRings & ~valid) == 0);
                created = true;
            }
        }
        return 0;
    }

    private static void check(boolean valid) {
        if (!valid) {
            throw new KernelError(Errno.EINVAL);
        }
    }

    private void set(long parameter, long value) {
        if (parameter == VirtioGpuUapi.CONTEXT_PARAM_CAPSET_ID) {
            check(Long.compareUnsigned(value, LARGEST_CAPSET_ID) <= 0 && CAPSETS.containsKey((int) value) && !capsetChosen);
            capsetChosen = true;
        } else if (parameter == VirtioGpuUapi.CONTEXT_PARAM_NUM_RINGS) {
            check(!hasRings && Long.compareUnsigned(value, MOST_RINGS) <= 0);
            hasRings = true;
            rings = value;
        } else if (parameter == VirtioGpuUapi.CONTEXT_PARAM_POLL_RINGS_MASK) {
            check(polledRings == 0);
            polledRings = value;
        } else if (parameter == VirtioGpuUapi.CONTEXT_PARAM_DEBUG_NAME) {
            check(!named);
            CallerMemory.string(value, NAME_LENGTH + 1);
            named = true;
        } else {
            throw new KernelError(Errno.EINVAL);
        }
    }

    /** Copies what a caller points to; nothing when it says that there is nothing. */
    private static MemorySegment copy(long address, long size, Arena arena) {
        if (size > LONGEST_COMMAND) {
            throw new KernelError(Errno.ENOMEM);
        }
        return size == 0 ? MemorySegment.NULL : CallerMemory.struct(address, size, arena);
    }

    /** Sends commands to the host. */
    void submit(long address, int size) {
        try (Arena arena = Arena.ofConfined()) {
            blobs.submit(copy(address, Integer.toUnsignedLong(size), arena));
        }
    }

    /** Takes a blob that a command has made; false when there is none of this number. */
    boolean takeBlob(long number) {
        return blobs.take(number);
    }

    /** {@code virtio_gpu_execbuffer_ioctl}. Sync objects are not simulated: there is none to be found. */
    int execute(MemorySegment exec) {
        if (!features.has3d()) {
            throw new KernelError(Errno.ENOSYS);
        }
        int flags = exec.get(JAVA_INT, VirtioGpuUapi.EXEC_FLAGS);
        check((flags & ~VirtioGpuUapi.EXECBUF_FLAGS) == 0);
        synchronized (this) {
            long ring = Integer.toUnsignedLong(exec.get(JAVA_INT, VirtioGpuUapi.EXEC_RING_IDX));
            check((flags & VirtioGpuUapi.EXECBUF_RING_IDX) == 0 || hasRings && ring < rings);
            created = true;
        }
        try (Arena arena = Arena.ofConfined()) {
            checkHandles(exec, arena);
            MemorySegment commands = copy(
                    exec.get(JAVA_LONG, VirtioGpuUapi.EXEC_COMMAND),
                    Integer.toUnsignedLong(exec.get(JAVA_INT, VirtioGpuUapi.EXEC_SIZE)), arena);
            check(exec.get(JAVA_INT, VirtioGpuUapi.EXEC_NUM_OUT_SYNCOBJS) == 0);
            if (exec.get(JAVA_INT, VirtioGpuUapi.EXEC_NUM_IN_SYNCOBJS) != 0) {
                throw new KernelError(Errno.ENOENT);
            }
            if ((flags & VirtioGpuUapi.EXECBUF_FENCE_FD_IN) != 0) {
                awaitFence(exec.get(JAVA_INT, VirtioGpuUapi.EXEC_FENCE_FD));
            }
            blobs.submit(commands);
        }
        if ((flags & VirtioGpuUapi.EXECBUF_FENCE_FD_OUT) != 0) {
            List<Fence> done = List.of(Fence.signalledAt(System.nanoTime()));
            exec.set(JAVA_INT, VirtioGpuUapi.EXEC_FENCE_FD, SyncFile.open(client.linux(), client.descriptors(), "", done));
        }
        return 0;
    }

    private void checkHandles(MemorySegment exec, Arena arena) {
        long count = Integer.toUnsignedLong(exec.get(JAVA_INT, VirtioGpuUapi.EXEC_NUM_BO_HANDLES));
        MemorySegment handles = copy(exec.get(JAVA_LONG, VirtioGpuUapi.EXEC_BO_HANDLES), count * Integer.BYTES, arena);
        for (long i = 0; i < count; i++) {
            VirtioGpuResources.resource(client, handles.getAtIndex(JAVA_INT, i));
        }
    }

    private void awaitFence(int fd) {
        SimulatedFile file = client.descriptors().find(fd);
        if (file == null) {
            throw new KernelError(Errno.EINVAL);
        }
        try {
            if (!(file instanceof SyncFile fences)) {
                throw new KernelError(Errno.EINVAL);
            }
            int result = client.gpu().waits().until(() -> fences.fences().stream().allMatch(Fence::isSignalled), Waits.NO_LIMIT);
            KernelError.check(result);
        } finally {
            file.leave();
        }
    }

    /** {@code virtio_gpu_get_caps_ioctl}. What the simulated host can do is its version, and nothing else. */
    int capabilities(MemorySegment caps) {
        if (!features.has3d()) {
            throw new KernelError(Errno.ENOSYS);
        }
        long room = Integer.toUnsignedLong(caps.get(JAVA_INT, VirtioGpuUapi.CAPS_SIZE));
        check(room != 0);
        Capset set = CAPSETS.get(caps.get(JAVA_INT, VirtioGpuUapi.CAPS_SET_ID));
        int version = caps.get(JAVA_INT, VirtioGpuUapi.CAPS_SET_VERSION);
        check(set != null && Integer.compareUnsigned(version, set.version()) <= 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment told = arena.allocate(set.size(), Integer.BYTES);
            told.set(JAVA_INT, 0, set.version());
            return UserMemory.copyTo(caps.get(JAVA_LONG, VirtioGpuUapi.CAPS_ADDRESS), told.asSlice(0, Math.min(room, set.size())));
        }
    }
}
