package dmabuf.core;

/** What an attachment knows of the object by which its importer has it. */
final class AttachmentLease extends Lease {

    private final BufferAttachment attachment;
    private final BufferBody body;

    AttachmentLease(AttachmentHandle given, BufferAttachment attachment, BufferBody body) {
        super(given, body.leaks());
        this.attachment = attachment;
        this.body = body;
    }

    @Override
    public String toString() {
        return "attachment of " + attachment;
    }

    @Override
    String provenance() {
        return body.provenance();
    }

    @Override
    String fate() {
        return "it is unmapped and detached";
    }

    @Override
    void free() {
        attachment.close();
    }
}
