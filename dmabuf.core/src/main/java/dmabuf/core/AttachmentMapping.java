package dmabuf.core;

import dmabuf.api.Direction;
import dmabuf.api.DmaBufException;
import dmabuf.api.ImporterDevice;
import dmabuf.api.MmapRequest;
import dmabuf.api.ScatterList;
import dmabuf.fd.Errno;
import dmabuf.spi.BufferCallback;

/** What an attachment has mapped: by the exporter, or by the core into this process; and where the device sees that. */
final class AttachmentMapping {

    private final BufferBody body;
    private final AttachedDevice importer;
    private final Direction direction;
    /** Null when the exporter has mapped. */
    private final BufferMapping own;
    /** Where the memory is before the device's translation. */
    private final ScatterList memory;
    private ScatterList list;

    private AttachmentMapping(
            BufferBody body, AttachedDevice importer, Direction direction, BufferMapping own, ScatterList memory) {
        this.body = body;
        this.importer = importer;
        this.direction = direction;
        this.own = own;
        this.memory = memory;
    }

    /**
     * Maps. The caller is a user of the buffer, holds the turn, and not the lock.
     *
     * @throws DmaBufException as {@link dmabuf.api.Attachment#map} says; nothing is left mapped
     */
    static AttachmentMapping make(BufferBody body, AttachedDevice importer, ImporterDevice device, Direction direction) {
        boolean byExporter = body.ops() != null && body.ops().has(BufferCallback.MAP);
        AttachmentMapping made = byExporter ? byExporter(body, importer, direction) : byCore(body, importer, direction);
        boolean done = false;
        try {
            made.list = made.translated(device);
            done = true;
            return made;
        } finally {
            if (!done) {
                made.takeBack();
            }
        }
    }

    private static AttachmentMapping byExporter(BufferBody body, AttachedDevice importer, Direction direction) {
        ExporterOps ops = body.ops();
        body.reservation().lock("map", importer);
        try {
            ScatterList memory = ops.ask(BufferCallback.MAP, each -> each.map(importer, direction));
            if (memory == null) {
                throw new DmaBufException(Errno.ENOMEM, "map", importer + " on " + body, "the exporter has nothing to map");
            }
            if (memory.size() != body.facts().size()) {
                ops.tell(BufferCallback.UNMAP, each -> each.unmap(importer, memory, direction));
                throw ops.wrong(BufferCallback.MAP, "it gave " + memory + " for " + body.facts().size() + " bytes");
            }
            return new AttachmentMapping(body, importer, direction, null, memory);
        } finally {
            body.reservation().unlock();
        }
    }

    private static AttachmentMapping byCore(BufferBody body, AttachedDevice importer, Direction direction) {
        BufferMapping own = BufferMapping.map(body, MmapRequest.whole().access(direction.deviceAccess()));
        ScatterList memory = ScatterList.contiguous(own.memory().address(), own.length());
        return new AttachmentMapping(body, importer, direction, own, memory);
    }

    private ScatterList translated(ImporterDevice device) {
        ScatterList seen = device.translate(memory, direction);
        if (seen == null || seen.size() != memory.size()) {
            throw new DmaBufException(Errno.EINVAL, "map", importer + " on " + body, "the device translates " + memory + " to " + seen);
        }
        return seen;
    }

    Direction direction() {
        return direction;
    }

    /** Where the device sees the buffer. */
    ScatterList list() {
        return list;
    }

    /** Unmaps. Called once, without the lock, which only the exporter's part takes. */
    void takeBack() {
        if (own != null) {
            own.close();
            return;
        }
        body.reservation().lock("unmap", importer);
        try {
            body.ops().tell(BufferCallback.UNMAP, each -> each.unmap(importer, memory, direction));
        } finally {
            body.reservation().unlock();
        }
    }
}
