package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.fd.Errno;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fences that one client of vgem has attached to its buffers: {@code vgem_fence.c} of Linux 6.12. Those that it does not signal in time
 * signal themselves, and those that it leaves behind are signalled when it closes the device.
 */
final class VgemFences implements DrmDriver.DriverClient {

    private static final String DRIVER = "vgem";
    private static final String TIMELINE = "unbound";

    private final DrmRequests requests = new DrmRequests();
    private final DrmClient client;
    private final FenceTimer timer;
    private final long millis;
    private final Object lock = new Object();
    private final Map<Integer, Fence> fences = new HashMap<>();
    private int last;

    VgemFences(DrmClient client, FenceTimer timer, long millis) {
        this.client = client;
        this.timer = timer;
        this.millis = millis;
        requests.add(VgemUapi.FENCE_ATTACH, this::attach);
        requests.add(VgemUapi.FENCE_SIGNAL, this::signal);
    }

    @Override
    public int ioctl(long request, MemorySegment argument) {
        return requests.call(request, argument, -Errno.EINVAL.number());
    }

    /** EBUSY when there is a fence already that the new one would have to wait for. */
    private int attach(MemorySegment attach) {
        int flags = attach.get(JAVA_INT, VgemUapi.ATTACH_FLAGS);
        if ((flags & ~VgemUapi.FENCE_WRITE) != 0 || attach.get(JAVA_INT, VgemUapi.ATTACH_PAD) != 0) {
            throw new KernelError(Errno.EINVAL);
        }
        GemObject object = client.handles().get(attach.get(JAVA_INT, VgemUapi.ATTACH_HANDLE));
        if (object == null) {
            throw new KernelError(Errno.ENOENT);
        }
        try {
            boolean write = flags == VgemUapi.FENCE_WRITE;
            if (!object.reservation().isIdle(write)) {
                throw new KernelError(Errno.EBUSY);
            }
            Fence fence = Fence.pending(object.gpu().waits(), DRIVER, TIMELINE);
            timer.expire(fence, millis);
            object.reservation().add(List.of(fence), write);
            synchronized (lock) {
                fences.put(++last, fence);
                attach.set(JAVA_INT, VgemUapi.ATTACH_OUT_FENCE, last);
            }
            return 0;
        } finally {
            object.put();
        }
    }

    /** A number is good for one signal; ETIMEDOUT when the fence has not waited for it. */
    private int signal(MemorySegment signal) {
        if (signal.get(JAVA_INT, VgemUapi.SIGNAL_FLAGS) != 0) {
            throw new KernelError(Errno.EINVAL);
        }
        Fence fence;
        synchronized (lock) {
            fence = fences.remove(signal.get(JAVA_INT, VgemUapi.SIGNAL_FENCE));
        }
        if (fence == null) {
            throw new KernelError(Errno.ENOENT);
        }
        return fence.signal() ? 0 : -Errno.ETIMEDOUT.number();
    }

    @Override
    public void close() {
        List<Fence> left;
        synchronized (lock) {
            left = new ArrayList<>(fences.values());
            fences.clear();
        }
        left.forEach(Fence::signal);
    }
}
