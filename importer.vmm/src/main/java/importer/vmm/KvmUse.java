package importer.vmm;

/** Whether a guest's slots are those of KVM, or a table that somebody else acts upon. */
public enum KvmUse {
    /** KVM where {@code KVM_CREATE_VM} succeeds, and a table elsewhere. */
    AUTO,
    /** KVM, or the guest is refused with what KVM says. */
    REQUIRED,
    /** A table: for a monitor that has its virtual machine in another process. */
    NEVER
}
