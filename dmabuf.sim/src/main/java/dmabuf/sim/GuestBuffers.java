package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.Posix;
import java.util.ArrayList;
import java.util.List;

/**
 * The framebuffers of a vGPU that somebody has asked for, with their ids: the rules of {@code drivers/gpu/drm/i915/gvt/dmabuf.c}. A query
 * keeps an id until it is exported; after that it lives as long as a dma-buf of it does. The smallest free number is the next id, so that
 * numbers come again. Each export is a dma-buf of its own.
 *
 * <p>Has a lock of its own, held for moments only: a dma-buf may be released under any other lock.
 */
final class GuestBuffers {

    private static final class Known {
        private final GuestFramebuffer framebuffer;
        private final int id;
        private int exports;
        /** Whether a query waits for its export. */
        private boolean queried = true;

        Known(GuestFramebuffer framebuffer, int id) {
            this.framebuffer = framebuffer;
            this.id = id;
        }
    }

    private final BufferFactory buffers;
    private final String exporter;
    private final List<Known> all = new ArrayList<>();

    GuestBuffers(BufferFactory buffers, String exporter) {
        this.buffers = buffers;
        this.exporter = exporter;
    }

    /** The id of a framebuffer, which stays until it is exported. */
    synchronized int query(GuestFramebuffer framebuffer) {
        for (Known known : all) {
            if (known.framebuffer == framebuffer) {
                known.queried = true;
                return known.id;
            }
        }
        int id = 1;
        while (isTaken(id)) {
            id++;
        }
        framebuffer.use();
        all.add(new Known(framebuffer, id));
        return id;
    }

    private boolean isTaken(int id) {
        return all.stream().anyMatch(known -> known.id == id);
    }

    /** Makes a dma-buf, for reading only. EINVAL when nothing has this id. */
    int export(int id) {
        Known known;
        synchronized (this) {
            known = all.stream().filter(each -> each.id == id).findFirst().orElseThrow(() -> new KernelError(Errno.EINVAL));
            known.exports++;
        }
        try {
            GuestFramebuffer shown = known.framebuffer;
            BufferExport export = BufferExport.of(exporter, Posix.O_RDONLY, DriverRules.VGPU, buffers.waits())
                    .whenReleased(() -> released(known));
            int fd = buffers.export(export, BufferFactory.part(shown.memory(), 0, shown.size()), true);
            synchronized (this) {
                known.queried = false;
            }
            return fd;
        } catch (RuntimeException e) {
            released(known);
            throw e;
        }
    }

    private synchronized void released(Known known) {
        known.exports--;
        if (known.exports == 0 && !known.queried && all.remove(known)) {
            known.framebuffer.drop();
        }
    }

    /** Nobody has the device open any more: no id means anything, and dma-bufs go on. */
    synchronized void forget() {
        all.forEach(known -> known.framebuffer.drop());
        all.clear();
    }

    /** The screen shows something else. */
    synchronized void drop(GuestFramebuffer framebuffer) {
        framebuffer.drop();
    }
}
