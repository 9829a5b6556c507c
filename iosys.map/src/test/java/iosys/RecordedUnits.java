package iosys;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Does what it is asked to, and writes down what that was: the units that reach I/O memory, in their order. */
final class RecordedUnits extends IoUnits {

    /**
     * One access.
     *
     * @param write whether it was a store
     * @param address where it went
     * @param width of how many bytes
     */
    record Unit(boolean write, long address, int width) {}

    final List<Unit> units = new ArrayList<>();

    private void record(boolean write, MemorySegment memory, long offset, int width) {
        units.add(new Unit(write, memory.address() + offset, width));
    }

    @Override
    byte readByte(MemorySegment memory, long offset) {
        record(false, memory, offset, Byte.BYTES);
        return super.readByte(memory, offset);
    }

    @Override
    short readShort(MemorySegment memory, long offset) {
        record(false, memory, offset, Short.BYTES);
        return super.readShort(memory, offset);
    }

    @Override
    int readInt(MemorySegment memory, long offset) {
        record(false, memory, offset, Integer.BYTES);
        return super.readInt(memory, offset);
    }

    @Override
    long readLong(MemorySegment memory, long offset) {
        record(false, memory, offset, Long.BYTES);
        return super.readLong(memory, offset);
    }

    @Override
    void writeByte(MemorySegment memory, long offset, byte value) {
        record(true, memory, offset, Byte.BYTES);
        super.writeByte(memory, offset, value);
    }

    @Override
    void writeShort(MemorySegment memory, long offset, short value) {
        record(true, memory, offset, Short.BYTES);
        super.writeShort(memory, offset, value);
    }

    @Override
    void writeInt(MemorySegment memory, long offset, int value) {
        record(true, memory, offset, Integer.BYTES);
        super.writeInt(memory, offset, value);
    }

    @Override
    void writeLong(MemorySegment memory, long offset, long value) {
        record(true, memory, offset, Long.BYTES);
        super.writeLong(memory, offset, value);
    }
}
