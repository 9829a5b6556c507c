package exporter.vfio;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Syscalls;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The dma-bufs of a device's framebuffers, by their ids. An id is fetched once, when it is first told, and every taker gets a duplicate: a
 * device keeps what it has told until it was fetched, and one that is asked twice for the same id while its dma-buf lives has been seen to
 * crash the kernel ({@code mbochs} of Linux 6.12).
 *
 * <p><b>What is dropped when.</b> As many as {@value #MOST} are kept, as by QEMU. One more, and the one goes that was asked for the longest
 * time ago; but never one that is being used by others as well, so that an id which comes back has not to be fetched while its dma-buf
 * lives. Who uses it tells {@code /proc/self/fdinfo}; where that does not, nobody counts as using it. All go with the device.
 *
 * <p>Thread-safe. The lock is held while the device is asked.
 */
final class DmaBufCache implements AutoCloseable {

    static final int MOST = 5;

    private static final Pattern COUNT = Pattern.compile("(?m)^count:\\s*(\\d{1,9})$");

    private final GfxDevice device;
    /** The least recently used first. */
    private final Map<Long, Fd> byId = new LinkedHashMap<>(MOST, 0.75f, true);
    private boolean closed;

    DmaBufCache(GfxDevice device) {
        this.device = device;
    }

    /**
     * Sees to it that an id that a query has just told is here.
     *
     * @return false when it is gone already
     * @throws DmaBufException what the device says otherwise
     */
    synchronized boolean hold(long id) {
        if (byId.get(id) != null) {
            return true;
        }
        if (closed) {
            return false;
        }
        int result = device.dmaBuf(id);
        if (result < 0) {
            Errno errno = Errno.ofResult(result);
            // Of an id that is unknown (any more) i915's GVT says EINVAL, as mbochs does; ENOENT would be the word for it.
            if (errno == Errno.EINVAL || errno == Errno.ENOENT) {
                return false;
            }
            throw new DmaBufException(errno, "VFIO_DEVICE_GET_GFX_DMABUF", device.device().name() + ", id " + id);
        }
        byId.put(id, Fd.adopt(result, kernel()));
        dropOldest(id);
        return true;
    }

    /**
     * Gives a descriptor of a dma-buf that is here.
     *
     * @return a duplicate, which is the caller's; empty when there is no such id
     */
    synchronized Optional<Fd> duplicate(long id) {
        Fd fd = byId.get(id);
        if (fd == null) {
            return Optional.empty();
        }
        int result = kernel().dup(fd.number());
        if (result < 0) {
            Errno errno = Errno.ofResult(result);
            String hint = errno == Errno.EMFILE ? "this process has no file descriptor left; raise the limit with: ulimit -n" : null;
            throw new DmaBufException(errno, "dup", device.device().name() + ", id " + id, hint);
        }
        return Optional.of(Fd.adopt(result, kernel()));
    }

    private Syscalls kernel() {
        return device.device().kernel();
    }

    private void dropOldest(long newest) {
        Iterator<Map.Entry<Long, Fd>> oldest = byId.entrySet().iterator();
        while (byId.size() > MOST && oldest.hasNext()) {
            Map.Entry<Long, Fd> each = oldest.next();
            if (each.getKey() != newest && !isUsedByOthers(each.getValue())) {
                each.getValue().close();
                oldest.remove();
            }
        }
    }

    private boolean isUsedByOthers(Fd fd) {
        Matcher count = COUNT.matcher(kernel().devices().attribute("/proc/self/fdinfo/" + fd.number()).orElse(""));
        return count.find() && Integer.parseInt(count.group(1)) > 1;
    }

    /** Lists the ids that are here, the least recently used first. */
    synchronized List<Long> ids() {
        return new ArrayList<>(byId.keySet());
    }

    /** Drops all. Nothing is fetched any more. */
    @Override
    public void close() {
        List<Fd> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(byId.values());
            byId.clear();
        }
        all.forEach(Fd::close);
    }
}
