package dmabuf.core;

import dmabuf.api.Attachment;
import dmabuf.api.BufferId;
import dmabuf.api.Direction;
import dmabuf.api.DmaBufException;
import dmabuf.api.ImporterDevice;
import dmabuf.api.ImporterOps;
import dmabuf.api.ScatterList;
import dmabuf.fd.Errno;
import java.lang.ref.Reference;

/**
 * An attachment in the hands of its importer. What belongs to the importer is kept here and not by the buffer: it may lead back to this,
 * which then could never be lost. Stays reachable while one of its methods runs, so that nothing is taken back under it.
 */
final class AttachmentHandle implements Attachment {

    private final BufferAttachment attachment;
    private final ImporterDevice device;
    /** Null for a static importer. */
    private final ImporterOps importer;

    private AttachmentHandle(BufferBody body, ImporterDevice device, ImporterOps importer) {
        this.device = device;
        this.importer = importer;
        this.attachment = new BufferAttachment(body, this, device, importer);
    }

    /**
     * Attaches. The caller is a user of the buffer. In the order of {@code dma_buf_dynamic_attach}: the arguments, then the exporter,
     * called unlocked, and only then the list.
     */
    static AttachmentHandle attach(BufferBody body, ImporterDevice device, ImporterOps importer, boolean dynamic) {
        if (device == null || dynamic && importer == null) {
            String missing = device == null ? "a device" : "the importer's ops, which a dynamic importer has";
            throw new DmaBufException(Errno.EINVAL, "attach", body.toString(), "it takes " + missing);
        }
        body.checkThere("attach");
        body.reservation().checkNotHeld("attach", body);
        AttachmentHandle made = new AttachmentHandle(body, device, importer);
        made.attachment.attach();
        return made;
    }

    /** Tells the importer that the memory goes. */
    void invalidated() {
        importer.invalidated(this);
    }

    @Override
    public ImporterDevice device() {
        return device;
    }

    @Override
    public BufferId buffer() {
        return attachment.buffer();
    }

    @Override
    public boolean isDynamic() {
        return attachment.isDynamic();
    }

    @Override
    public boolean isPeerToPeer() {
        return attachment.isPeerToPeer();
    }

    @Override
    public boolean isInvalidated() {
        return attachment.isInvalidated();
    }

    @Override
    public ScatterList map(Direction direction) {
        try {
            return attachment.map(device, direction);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void unmap(ScatterList list) {
        try {
            attachment.unmap(list);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void pin() {
        try {
            attachment.pin();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void unpin() {
        try {
            attachment.unpin();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void close() {
        try {
            attachment.close();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Says who is attached to what, for messages. */
    @Override
    public String toString() {
        return attachment.toString();
    }
}
