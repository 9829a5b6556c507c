package importer.vmm.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.linux.Ioctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct kvm_dirty_log} of {@code linux/kvm.h}. The caller fills the slot and the address of a bitmap, which the kernel fills: a bit for
 * each page, in words of 64.
 */
public final class DirtyLog {

    /** The size of the struct in bytes. */
    public static final int SIZE = 16;

    /** Takes the log of a slot: what is asked for is forgotten. */
    public static final long GET_DIRTY_LOG = Ioctl.iow(Kvm.TYPE, 0x42, SIZE);

    static final int SLOT = 0;
    static final int DIRTY_BITMAP = 8;

    private DirtyLog() {}

    /**
     * Makes a bitmap.
     *
     * @param arena owns it
     * @param pages how many pages it is for
     * @return whole words of 64 bits, all clear
     */
    public static MemorySegment bitmap(Arena arena, long pages) {
        return arena.allocate((pages + Long.SIZE - 1) / Long.SIZE * Long.BYTES, Long.BYTES);
    }

    /**
     * Fills a struct.
     *
     * @param arena owns it
     * @param slot the number of the slot
     * @param bitmap where the kernel is to put its bits
     * @return the struct
     */
    public static MemorySegment fill(Arena arena, int slot, MemorySegment bitmap) {
        MemorySegment struct = arena.allocate(SIZE, Long.BYTES);
        struct.set(JAVA_INT, SLOT, slot);
        struct.set(JAVA_LONG, DIRTY_BITMAP, bitmap.address());
        return struct;
    }
}
