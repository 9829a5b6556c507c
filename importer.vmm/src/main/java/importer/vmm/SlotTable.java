package importer.vmm;

import dmabuf.fd.Fd;
import java.util.BitSet;
import java.util.Optional;

/** Who has the slots: KVM, or nobody. Thread-safe. Judges nothing that is judged before. */
interface SlotTable extends AutoCloseable {

    /** How many slots there are. */
    int limit();

    /** Whether slots can be read-only. */
    boolean hasReadOnlySlots();

    /** Why this is not KVM; empty when it is. */
    Optional<String> whyNoKvm();

    /** Duplicates the virtual machine's descriptor. */
    Optional<Fd> vm();

    /** Shows memory of this process to the guest. */
    void set(int number, boolean readOnly, boolean dirtyLog, long guestAddress, long length, long hostAddress);

    /** Takes it from the guest. Once this returns, no virtual processor is at it. */
    void remove(int number);

    /** Takes the log of a slot. */
    BitSet takeDirtyPages(int number, long pages);

    @Override
    void close();
}
