package importer.vmm.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.linux.Ioctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct kvm_userspace_memory_region} of {@code linux/kvm.h}, filled by the caller. It says where memory is, and not how it is cached:
 * there is no field for that.
 */
public final class UserspaceMemoryRegion {

    /** The size of the struct in bytes. */
    public static final int SIZE = 32;

    /** Makes a slot of a virtual machine, changes its flags, or removes it, which is a size of 0. */
    public static final long SET_USER_MEMORY_REGION = Ioctl.iow(Kvm.TYPE, 0x46, SIZE);

    /** {@code KVM_MEM_LOG_DIRTY_PAGES}. */
    public static final int LOG_DIRTY_PAGES = 1;
    /** {@code KVM_MEM_READONLY}. */
    public static final int READONLY = 2;

    static final int SLOT = 0;
    static final int FLAGS = 4;
    static final int GUEST_PHYS_ADDR = 8;
    static final int MEMORY_SIZE = 16;
    static final int USERSPACE_ADDR = 24;

    private UserspaceMemoryRegion() {}

    /**
     * Fills a struct.
     *
     * @param arena owns it
     * @param slot the number of the slot
     * @param flags {@link #LOG_DIRTY_PAGES} and {@link #READONLY}
     * @param guestAddress where the guest sees it
     * @param size how long it is, in bytes
     * @param hostAddress where this process has it
     * @return the struct
     */
    public static MemorySegment fill(Arena arena, int slot, int flags, long guestAddress, long size, long hostAddress) {
        MemorySegment struct = arena.allocate(SIZE, Long.BYTES);
        struct.set(JAVA_INT, SLOT, slot);
        struct.set(JAVA_INT, FLAGS, flags);
        struct.set(JAVA_LONG, GUEST_PHYS_ADDR, guestAddress);
        struct.set(JAVA_LONG, MEMORY_SIZE, size);
        struct.set(JAVA_LONG, USERSPACE_ADDR, hostAddress);
        return struct;
    }

    /**
     * Fills a struct that removes a slot.
     *
     * @param arena owns it
     * @param slot the number of the slot
     * @return the struct
     */
    public static MemorySegment remove(Arena arena, int slot) {
        return fill(arena, slot, 0, 0, 0, 0);
    }
}
