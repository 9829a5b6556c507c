package importer.vmm.uapi;

import dmabuf.linux.Ioctl;

/** Requests without a struct, and numbers, of {@code linux/kvm.h}. */
public final class Kvm {

    /** The node. */
    public static final String NODE = "/dev/kvm";

    /** {@code KVMIO}, the letter of all requests. */
    public static final int TYPE = 0xae;

    /** Asks the node for the version of its interface. */
    public static final long GET_API_VERSION = Ioctl.io(TYPE, 0x00);
    /** Asks the node for a virtual machine; the argument is its type, 0 for the usual one. */
    public static final long CREATE_VM = Ioctl.io(TYPE, 0x01);
    /** Asks the node, or a virtual machine, what it can do; the argument is a capability. */
    public static final long CHECK_EXTENSION = Ioctl.io(TYPE, 0x03);

    /** {@code KVM_API_VERSION}: the only one there has been since Linux 2.6.22. */
    public static final int API_VERSION = 12;

    /** There is {@code KVM_SET_USER_MEMORY_REGION}. */
    public static final long CAP_USER_MEMORY = 3;
    /** How many slots a virtual machine has. */
    public static final long CAP_NR_MEMSLOTS = 10;
    /** Slots can be read-only. */
    public static final long CAP_READONLY_MEM = 81;

    private Kvm() {}
}
