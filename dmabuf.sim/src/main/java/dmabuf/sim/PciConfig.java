package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * The configuration space of a mediated PCI device, as the sample drivers keep it: only base addresses can be written, and only as whole
 * words. Used under the driver's lock.
 */
final class PciConfig {

    /** As the samples have it, one byte short. */
    static final int SIZE = 0xff;
    static final int BAR0 = 0x10;
    static final int BAR2 = 0x18;

    private static final int ROOM = 0x100;
    private static final int VENDOR = 0x00;
    private static final int DEVICE = 0x02;
    private static final int COMMAND = 0x04;
    private static final int STATUS = 0x06;
    private static final int REVISION = 0x08;
    private static final int CLASS = 0x0a;
    private static final int SUBSYSTEM_VENDOR = 0x2c;
    private static final int SUBSYSTEM = 0x2e;
    private static final int CAPABILITIES = 0x34;
    private static final int IO_AND_MEMORY = 3;
    private static final int HAS_CAPABILITIES = 0x10;
    private static final int DISPLAY_OTHER = 0x0380;
    private static final int RED_HAT_QUMRANET = 0x1af4;
    private static final int QEMU = 0x1100;
    private static final int VENDOR_SPECIFIC = 0x09;
    private static final int ADDRESS_MASK = ~0xf;
    private static final int PREFETCHABLE = 8;

    private final MemorySegment bytes = Arena.ofAuto().allocate(ROOM);
    private final Map<Integer, Integer> masks = new HashMap<>();

    PciConfig(int vendor, int device) {
        set16(VENDOR, vendor);
        set16(DEVICE, device);
        set16(SUBSYSTEM_VENDOR, RED_HAT_QUMRANET);
        set16(SUBSYSTEM, QEMU);
        set16(COMMAND, IO_AND_MEMORY);
        set16(CLASS, DISPLAY_OTHER);
        set16(REVISION, 1);
    }

    /** Adds a BAR of 32 bits, as long as its power of two. */
    PciConfig bar(int at, long size, boolean prefetchable) {
        set32(at, prefetchable ? PREFETCHABLE : 0);
        masks.put(at, (int) -size);
        return this;
    }

    /** Adds a capability of the vendor's, with words behind its head. */
    PciConfig capability(int at, int length, int... words) {
        set16(STATUS, HAS_CAPABILITIES);
        set16(CAPABILITIES, at);
        set16(at, VENDOR_SPECIFIC);
        set16(at + 2, length);
        for (int i = 0; i < words.length; i++) {
            set32(at + 4 * (i + 1), words[i]);
        }
        return this;
    }

    private void set16(int at, int value) {
        bytes.set(JAVA_SHORT_UNALIGNED, at, (short) value);
    }

    private void set32(int at, int value) {
        bytes.set(JAVA_INT_UNALIGNED, at, value);
    }

    void read(MemorySegment piece, int at) {
        piece.copyFrom(bytes.asSlice(at, piece.byteSize()));
    }

    /** Writing all ones asks how long a BAR is. */
    void write(MemorySegment piece, int at) {
        Integer mask = masks.get(at);
        if (mask != null && piece.byteSize() == Integer.BYTES) {
            int address = piece.get(JAVA_INT_UNALIGNED, 0);
            int kept = bytes.get(JAVA_INT_UNALIGNED, at) & 0xff & ~ADDRESS_MASK;
            set32(at, (address == -1 ? mask : address & ADDRESS_MASK) | kept);
        }
    }
}
