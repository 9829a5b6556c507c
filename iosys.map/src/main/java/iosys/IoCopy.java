package iosys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/**
 * Copies to and from I/O memory in naturally aligned units, from the lowest address to the highest, each byte in exactly one unit. The
 * units are aligned on the I/O side, where it matters; system memory may lie as it likes.
 *
 * <p>Mirrors {@code memcpy_toio}, {@code memcpy_fromio} and {@code memset_io}.
 */
final class IoCopy {

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private IoCopy() {}

    /** Gives the widest unit that the alignment of an address permits and that is no longer than what is left. */
    static int unit(long address, long left) {
        return (int) Math.min(Long.lowestOneBit(address | Long.BYTES), Long.highestOneBit(Math.min(left, Long.BYTES)));
    }

    static void write(IoUnits io, MemorySegment to, long at, MemorySegment from, long fromAt, long length) {
        Objects.checkFromIndexSize(fromAt, length, from.byteSize());
        requireWritable(to);
        requireApart(to, at, from, fromAt, length);
        long address = to.address() + at;
        long done = 0;
        while (done < length) {
            switch (unit(address + done, length - done)) {
                case Long.BYTES -> {
                    for (long end = done + (length - done) / Long.BYTES * Long.BYTES; done < end; done += Long.BYTES) {
                        io.writeLong(to, at + done, from.get(LONG, fromAt + done));
                    }
                }
                case Integer.BYTES -> {
                    io.writeInt(to, at + done, from.get(INT, fromAt + done));
                    done += Integer.BYTES;
                }
                case Short.BYTES -> {
                    io.writeShort(to, at + done, from.get(SHORT, fromAt + done));
                    done += Short.BYTES;
                }
                default -> {
                    io.writeByte(to, at + done, from.get(ValueLayout.JAVA_BYTE, fromAt + done));
                    done += Byte.BYTES;
                }
            }
        }
        // What follows, reading the device included, happens after.
        VarHandle.fullFence();
    }

    static void read(IoUnits io, MemorySegment from, long at, MemorySegment to, long toAt, long length) {
        Objects.checkFromIndexSize(toAt, length, to.byteSize());
        requireWritable(to);
        requireApart(from, at, to, toAt, length);
        long address = from.address() + at;
        long done = 0;
        while (done < length) {
            switch (unit(address + done, length - done)) {
                case Long.BYTES -> {
                    for (long end = done + (length - done) / Long.BYTES * Long.BYTES; done < end; done += Long.BYTES) {
                        to.set(LONG, toAt + done, io.readLong(from, at + done));
                    }
                }
                case Integer.BYTES -> {
                    to.set(INT, toAt + done, io.readInt(from, at + done));
                    done += Integer.BYTES;
                }
                case Short.BYTES -> {
                    to.set(SHORT, toAt + done, io.readShort(from, at + done));
                    done += Short.BYTES;
                }
                default -> {
                    to.set(ValueLayout.JAVA_BYTE, toAt + done, io.readByte(from, at + done));
                    done += Byte.BYTES;
                }
            }
        }
    }

    static void fill(IoUnits io, MemorySegment memory, long at, byte value, long length) {
        requireWritable(memory);
        long address = memory.address() + at;
        long pattern = (value & 0xffL) * 0x0101_0101_0101_0101L;
        long done = 0;
        while (done < length) {
            switch (unit(address + done, length - done)) {
                case Long.BYTES -> {
                    for (long end = done + (length - done) / Long.BYTES * Long.BYTES; done < end; done += Long.BYTES) {
                        io.writeLong(memory, at + done, pattern);
                    }
                }
                case Integer.BYTES -> {
                    io.writeInt(memory, at + done, (int) pattern);
                    done += Integer.BYTES;
                }
                case Short.BYTES -> {
                    io.writeShort(memory, at + done, (short) pattern);
                    done += Short.BYTES;
                }
                default -> {
                    io.writeByte(memory, at + done, value);
                    done += Byte.BYTES;
                }
            }
        }
        VarHandle.fullFence();
    }

    private static void requireWritable(MemorySegment memory) {
        if (memory.isReadOnly()) {
            throw new IllegalArgumentException("writing read-only memory: " + memory);
        }
    }

    /** The one order in which I/O memory is accessed would be the wrong one for some overlaps. */
    private static void requireApart(MemorySegment io, long at, MemorySegment memory, long memoryAt, long length) {
        long here = io.address() + at;
        long there = memory.address() + memoryAt;
        // What was freed may overlap what was allocated after; its access then says what is wrong.
        if (memory.isNative() && here < there + length && there < here + length && io.scope().isAlive() && memory.scope().isAlive()) {
            throw new IllegalArgumentException("a copy of " + length + " bytes between I/O memory at 0x" + Long.toHexString(here)
                    + " and what overlaps it at 0x" + Long.toHexString(there) + ": go by way of a buffer");
        }
    }
}
