package importer.vmm;

/** What has become of a slot. */
public enum SlotState {
    /** Being made: the range is taken, the guest sees nothing yet. */
    PENDING,
    /** The guest sees the memory. */
    MAPPED,
    /** Taken from the guest by whoever made it, or with its guest. */
    REMOVED,
    /** Taken from the guest since its memory moves, or leaves with its device. */
    WITHDRAWN
}
