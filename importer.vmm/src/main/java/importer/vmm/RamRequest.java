package importer.vmm;

/** How RAM of a guest is made. Immutable; start from {@link #plain}. */
public final class RamRequest {

    private static final long DEFAULT_CHUNK = 256L << 20;

    private static final RamRequest PLAIN = new RamRequest(DEFAULT_CHUNK, false, false);

    private final long chunkSize;
    private final boolean prefault;
    private final boolean dirtyLog;

    private RamRequest(long chunkSize, boolean prefault, boolean dirtyLog) {
        this.chunkSize = chunkSize;
        this.prefault = prefault;
        this.dirtyLog = dirtyLog;
    }

    /**
     * Asks for RAM whose pages come when they are first used, in chunks of 256 MiB.
     *
     * @return the request
     */
    public static RamRequest plain() {
        return PLAIN;
    }

    /**
     * Says how large the memfds are that the RAM is made of. Each is a slot of its own.
     *
     * @param bytes a multiple of the page size, more than 0; the last chunk may be smaller
     * @return a request that differs in this only
     */
    public RamRequest chunkSize(long bytes) {
        return new RamRequest(bytes, prefault, dirtyLog);
    }

    /**
     * Has every page there before the guest sees any.
     *
     * @return a request that differs in this only
     */
    public RamRequest prefault() {
        return new RamRequest(chunkSize, true, dirtyLog);
    }

    /**
     * Has the pages logged that the guest writes.
     *
     * @return a request that differs in this only
     */
    public RamRequest dirtyLog() {
        return new RamRequest(chunkSize, prefault, true);
    }

    /**
     * Tells how large the chunks are.
     *
     * @return bytes
     */
    public long chunkSize() {
        return chunkSize;
    }

    /**
     * Tells whether every page is there from the beginning.
     *
     * @return true when it is
     */
    public boolean isPrefaulted() {
        return prefault;
    }

    /**
     * Tells whether writes are logged.
     *
     * @return true when they are
     */
    public boolean logsDirtyPages() {
        return dirtyLog;
    }
}
