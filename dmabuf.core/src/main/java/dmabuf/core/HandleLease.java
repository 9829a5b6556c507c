package dmabuf.core;

/** What a buffer knows of one of its handles. */
final class HandleLease extends Lease {

    private final BufferBody body;

    HandleLease(BufferHandle handle, BufferBody body) {
        super(handle, body.leaks());
        this.body = body;
    }

    BufferBody body() {
        return body;
    }

    @Override
    public String toString() {
        return "handle on " + body;
    }

    @Override
    String provenance() {
        return body.provenance();
    }

    @Override
    String fate() {
        return "it is closed";
    }

    @Override
    void free() {
        body.handleLost(this);
    }
}
