package importer.vmm;

import dmabuf.fd.Fd;
import java.util.BitSet;
import java.util.Optional;

/** The table of a guest that has no KVM here: what is kept of a slot is kept by the slot itself. Immutable. */
final class PlainTable implements SlotTable {

    /** As many as KVM has on x86: {@code KVM_USER_MEM_SLOTS}. */
    static final int LIMIT = Short.MAX_VALUE - 3;

    private final String why;

    PlainTable(String why) {
        this.why = why;
    }

    @Override
    public int limit() {
        return LIMIT;
    }

    @Override
    public boolean hasReadOnlySlots() {
        return true;
    }

    @Override
    public Optional<String> whyNoKvm() {
        return Optional.of(why);
    }

    @Override
    public Optional<Fd> vm() {
        return Optional.empty();
    }

    @Override
    public void set(int number, boolean readOnly, boolean dirtyLog, long guestAddress, long length, long hostAddress) {
        // Whoever runs the guest reads the list of slots.
    }

    @Override
    public void remove(int number) {
        // As above.
    }

    @Override
    public BitSet takeDirtyPages(int number, long pages) {
        throw new AssertionError("no slot of this table has a dirty log");
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
