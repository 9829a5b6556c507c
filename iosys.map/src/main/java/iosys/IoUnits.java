package iosys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * One access to I/O memory: one load or store of 1, 2, 4 or 8 bytes at an aligned address.
 *
 * <p>Loads acquire and stores release, so that neither the compiler nor the processor merges, splits, repeats or reorders them among
 * loads, or among stores; who needs a load after a store in order puts a fence between. A plain access could be vectorised or dropped.
 * Volatile stores would do for order too, but put a fence behind every unit, and on write-combined memory each fence is a flush.
 */
class IoUnits {

    private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle().withInvokeExactBehavior();
    private static final VarHandle SHORT = ValueLayout.JAVA_SHORT.varHandle().withInvokeExactBehavior();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    /**
     * Two numbers that differ, which the compiler does not know since they are not final. HotSpot drops a load whose value nobody uses,
     * even a volatile one; but reading a device can be all that is wanted, of a status that is cleared by it for example. A value that is
     * compared with both is used, and costs no store.
     */
    private static long one = 1;

    private static long other = 2;

    private static void use(long value) {
        if (value == one && value == other) {
            throw new AssertionError("a number equals two others");
        }
    }

    byte readByte(MemorySegment memory, long offset) {
        byte value = (byte) BYTE.getAcquire(memory, offset);
        use(value);
        return value;
    }

    short readShort(MemorySegment memory, long offset) {
        short value = (short) SHORT.getAcquire(memory, offset);
        use(value);
        return value;
    }

    int readInt(MemorySegment memory, long offset) {
        int value = (int) INT.getAcquire(memory, offset);
        use(value);
        return value;
    }

    long readLong(MemorySegment memory, long offset) {
        long value = (long) LONG.getAcquire(memory, offset);
        use(value);
        return value;
    }

    void writeByte(MemorySegment memory, long offset, byte value) {
        BYTE.setRelease(memory, offset, value);
    }

    void writeShort(MemorySegment memory, long offset, short value) {
        SHORT.setRelease(memory, offset, value);
    }

    void writeInt(MemorySegment memory, long offset, int value) {
        INT.setRelease(memory, offset, value);
    }

    void writeLong(MemorySegment memory, long offset, long value) {
        LONG.setRelease(memory, offset, value);
    }
}
