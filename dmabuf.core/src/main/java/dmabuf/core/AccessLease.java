package dmabuf.core;

/** What a buffer knows of a bracket around access through its map. */
final class AccessLease extends Lease {

    private final BufferBody body;
    /** The SYNC flags that it was opened with. */
    private final int flags;

    AccessLease(BufferAccess access, BufferBody body, int flags) {
        super(access, body.leaks());
        this.body = body;
        this.flags = flags;
    }

    @Override
    public String toString() {
        return "CPU access through the map of " + body;
    }

    @Override
    String provenance() {
        return body.provenance();
    }

    @Override
    String fate() {
        return "it is ended";
    }

    /** Ends the access, and this use of the buffer. */
    @Override
    void free() {
        body.remove(this);
        try {
            int result = body.end(flags);
            if (result < 0) {
                throw DmaBufCalls.syncFailed(result, body.fd(), "end", flags);
            }
        } finally {
            body.release();
        }
    }
}
