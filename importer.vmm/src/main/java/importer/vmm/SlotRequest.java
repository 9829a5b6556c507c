package importer.vmm;

import dmabuf.api.MappingMode;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** Which part of a buffer the guest shall see, and how. Immutable; start from {@link #whole}. */
public final class SlotRequest {

    /** Stands for "whatever the buffer's size is". */
    private static final long WHOLE_LENGTH = Long.MIN_VALUE;

    private static final SlotRequest WHOLE = new SlotRequest(new Draft());

    private final Draft fields;

    /** The fields, open: a refinement copies, changes one, and freezes. */
    private static final class Draft {
        private long offset;
        private long length = WHOLE_LENGTH;
        private String mode;
        private boolean readOnly;
        private boolean dirtyLog;
        private boolean prefault;
        private Consumer<SlotInfo> whenWithdrawn = gone -> { };

        Draft copy() {
            Draft copy = new Draft();
            copy.offset = offset;
            copy.length = length;
            copy.mode = mode;
            copy.readOnly = readOnly;
            copy.dirtyLog = dirtyLog;
            copy.prefault = prefault;
            copy.whenWithdrawn = whenWithdrawn;
            return copy;
        }
    }

    private SlotRequest(Draft fields) {
        this.fields = fields;
    }

    /**
     * Shows the whole buffer in its default mode, with all the access that its policy permits.
     *
     * @return the request
     */
    public static SlotRequest whole() {
        return WHOLE;
    }

    /**
     * Shows a part only.
     *
     * @param offset where the part begins, in bytes, a multiple of the page size
     * @param length how long it is, in bytes, a multiple of the page size and more than 0
     * @return a request that differs in its range only
     */
    public SlotRequest range(long offset, long length) {
        Draft draft = fields.copy();
        draft.offset = offset;
        draft.length = length;
        return new SlotRequest(draft);
    }

    /**
     * Maps in this mode, and with its cache attribute.
     *
     * @param name the name of one of the buffer's modes
     * @return a request that differs in its mode only
     */
    public SlotRequest mode(String name) {
        Draft draft = fields.copy();
        draft.mode = Objects.requireNonNull(name, "name");
        return new SlotRequest(draft);
    }

    /**
     * Lets the guest read only. A buffer that may only be read is shown so without being asked.
     *
     * @return a request that differs in this only
     */
    public SlotRequest readOnly() {
        Draft draft = fields.copy();
        draft.readOnly = true;
        return new SlotRequest(draft);
    }

    /**
     * Has the pages logged that the guest writes, as {@code KVM_MEM_LOG_DIRTY_PAGES}.
     *
     * @return a request that differs in this only
     */
    public SlotRequest dirtyLog() {
        Draft draft = fields.copy();
        draft.dirtyLog = true;
        return new SlotRequest(draft);
    }

    /**
     * Has every page there before the guest sees any, by reading a byte of each inside a CPU-access scope. ({@code MADV_POPULATE_READ}
     * would be the call for it, and is EINVAL on what most drivers map.)
     *
     * @return a request that differs in this only
     */
    public SlotRequest prefault() {
        Draft draft = fields.copy();
        draft.prefault = true;
        return new SlotRequest(draft);
    }

    /**
     * Wants to be told when the memory moves, or leaves with its device.
     *
     * @param listener is told once, when the guest no longer sees the memory and the mapping is closed; on the thread of whoever moves it,
     *     with no lock held; what it throws is reported
     * @return a request that differs in this only
     */
    public SlotRequest whenWithdrawn(Consumer<SlotInfo> listener) {
        Draft draft = fields.copy();
        draft.whenWithdrawn = Objects.requireNonNull(listener, "listener");
        return new SlotRequest(draft);
    }

    /**
     * Tells where the part begins.
     *
     * @return the offset in bytes
     */
    public long offset() {
        return fields.offset;
    }

    /**
     * Tells how long the part is.
     *
     * @param bufferSize the size of the buffer
     * @return the length in bytes; the whole size when no length was given
     */
    public long length(long bufferSize) {
        return fields.length == WHOLE_LENGTH ? bufferSize : fields.length;
    }

    /**
     * Tells which mode is asked for.
     *
     * @return its name; empty for the buffer's default, which is not always {@link MappingMode#DMA_BUF}
     */
    public Optional<String> mode() {
        return Optional.ofNullable(fields.mode);
    }

    /**
     * Tells whether the guest may only read.
     *
     * @return true when that was asked for
     */
    public boolean isReadOnly() {
        return fields.readOnly;
    }

    /**
     * Tells whether writes are logged.
     *
     * @return true when they are
     */
    public boolean logsDirtyPages() {
        return fields.dirtyLog;
    }

    /**
     * Tells whether every page is there from the beginning.
     *
     * @return true when it is
     */
    public boolean isPrefaulted() {
        return fields.prefault;
    }

    Consumer<SlotInfo> whenWithdrawn() {
        return fields.whenWithdrawn;
    }
}
