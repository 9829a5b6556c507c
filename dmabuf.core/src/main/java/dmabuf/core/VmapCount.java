package dmabuf.core;

import dmabuf.api.BufferClosedException;
import dmabuf.api.DmaBufException;
import dmabuf.api.MemoryKind;
import dmabuf.api.MmapRequest;
import dmabuf.fd.Errno;
import dmabuf.spi.BufferCallback;
import iosys.IosysMap;
import java.lang.foreign.MemorySegment;

/** The one map of a buffer that all who asked for one share: {@code vmapping_counter} and {@code vmap_ptr} of {@code struct dma_buf}. */
final class VmapCount {

    private static final System.Logger LOG = System.getLogger(VmapCount.class.getName());

    private final BufferBody body;
    private final Reservation reservation;

    /** All guarded by the reservation lock; who maps or unmaps has the turn. */
    private final Turn turn = new Turn();

    private final IosysMap current = new IosysMap();
    private int count;
    /** Null when the exporter has mapped. */
    private BufferMapping own;

    VmapCount(BufferBody body, Reservation reservation) {
        this.body = body;
        this.reservation = reservation;
    }

    /** Sets a map to the memory. The caller is a user of the buffer, and has cleared the map. */
    void vmap(IosysMap map) {
        reservation.lock("vmap", body);
        try {
            turn.await(reservation, "vmap", body);
            if (count > 0) {
                count++;
                map.set(current);
                return;
            }
            turn.take();
        } finally {
            reservation.unlock();
        }
        IosysMap made = new IosysMap();
        try {
            make(made);
        } finally {
            endTurn(made);
        }
        map.set(made);
        if (!body.hasHandles()) {
            abandon(); // Nobody is left who could give it back.
            map.clear();
            throw new BufferClosedException("vmap", body.toString());
        }
    }

    private void make(IosysMap made) {
        ExporterOps ops = body.ops();
        if (ops != null && ops.has(BufferCallback.VMAP)) {
            askExporter(ops, made);
            return;
        }
        BufferMapping mapping = BufferMapping.map(body, MmapRequest.whole().access(body.facts().policy().access()));
        own = mapping;
        if (body.facts().policy().memory() == MemoryKind.IO) {
            made.setIo(mapping.memory());
        } else {
            made.setSystem(mapping.memory());
        }
    }

    private void askExporter(ExporterOps ops, IosysMap made) {
        body.checkThere("vmap");
        IosysMap answer = new IosysMap();
        reservation.lock("vmap", body);
        try {
            ops.askTo(BufferCallback.VMAP, each -> each.vmap(ops.control(), answer));
        } finally {
            reservation.unlock();
        }
        if (answer.isNull()) {
            throw new DmaBufException(Errno.ENOMEM, "vmap", body.toString(), "the exporter has set the map to nothing");
        }
        body.mapped();
        made.set(answer);
    }

    private void endTurn(IosysMap made) {
        reservation.lock("vmap", body);
        try {
            if (made.isSet()) {
                current.set(made);
                count = 1;
            }
            turn.end(reservation);
        } finally {
            reservation.unlock();
        }
    }

    /** Takes a map back. The caller is a user of the buffer. */
    void vunmap(IosysMap map) {
        reservation.lock("vunmap", body);
        try {
            turn.await(reservation, "vunmap", body);
            if (count == 0) {
                throw refused("it is not mapped");
            }
            if (!current.isEqual(map)) {
                throw refused("the map is " + map + ", the buffer's is " + current);
            }
            count--;
            if (count > 0) {
                return;
            }
            turn.take();
        } finally {
            reservation.unlock();
        }
        takeBack();
    }

    /** Takes back whatever is out, when the last handle is closed. */
    void abandon() {
        int out;
        reservation.lock("vunmap", body);
        try {
            turn.await(reservation, "vunmap", body);
            out = count;
            if (out == 0) {
                return;
            }
            count = 0;
            turn.take();
        } finally {
            reservation.unlock();
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "the last handle on {0} was closed while {1} calls of vunmap were due; its memory is no longer there for that map",
                body.toString(),
                Integer.toString(out));
        takeBack();
    }

    /**
     * As {@link #abandon}, when the last handle was not closed but lost. Who still has the map goes on: memory that the core has mapped
     * leaves as a leak of its own, once no copy of the map can be reached. What the exporter has mapped is taken back.
     */
    void lose() {
        reservation.lock("vunmap", body);
        try {
            turn.await(reservation, "vunmap", body);
            if (own != null) {
                own = null;
                count = 0;
                current.clear();
                return;
            }
        } finally {
            reservation.unlock();
        }
        abandon();
    }

    /** Unmaps. The caller has the turn. */
    private void takeBack() {
        BufferMapping mapping = own;
        own = null;
        try {
            if (mapping != null) {
                mapping.close();
            } else {
                tellExporter();
            }
        } finally {
            reservation.lock("vunmap", body);
            current.clear();
            turn.end(reservation);
            reservation.unlock();
            if (mapping == null) {
                body.unmapped();
            }
        }
    }

    private void tellExporter() {
        ExporterOps ops = body.ops();
        reservation.lock("vunmap", body);
        try {
            ops.tell(BufferCallback.VUNMAP, each -> each.vunmap(ops.control(), current));
        } finally {
            reservation.unlock();
        }
    }

    /** The memory of the map, for a scope. */
    MemorySegment segment() {
        reservation.lock("segment", body);
        try {
            if (count == 0) {
                throw refused("there is no map to access it through; vmap comes first");
            }
            body.checkMapped("segment");
            if (current.isIoMemory()) {
                throw refused("it is I/O memory, which is accessed through the map");
            }
            return current.segment();
        } finally {
            reservation.unlock();
        }
    }

    private DmaBufException refused(String why) {
        return new DmaBufException(Errno.EINVAL, "vunmap", body.toString(), why);
    }
}
