package importer.vmm;

/** A virtual processor, one byte at a time. */
interface Processor extends AutoCloseable {

    /** What a load gives that reaches no memory. */
    int NOTHING = -1;

    /** Loads a byte; {@link #NOTHING} when there is no memory, and the monitor would be asked. */
    int load(long guestAddress);

    /** Stores a byte; false when it reached no memory, or memory that the guest may only read. */
    boolean store(long guestAddress, int value);

    @Override
    void close();
}
