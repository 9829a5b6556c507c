package iosys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/**
 * An address, and whether it is of system or of I/O memory. Who uses it need not know which: every access is the right one. Mirrors
 * {@code struct iosys_map}, and mutable as that is: it is a pointer that walks over memory, not the memory.
 *
 * <p><b>System memory</b> is accessed as {@link MemorySegment} accesses it: plainly, at any alignment, copies in bulk. So the compiler may
 * keep what was read; memory that somebody else changes meanwhile, and that is watched for it, is better described as I/O memory, whatever
 * it is made of.
 *
 * <p><b>I/O memory</b> is accessed in naturally aligned units of 1, 2, 4 or 8 bytes, each one exactly once, never merged, split or left
 * out, and in the order of the program. A typed access is one unit, as {@code readl} and {@code writel} are; its address must be a multiple
 * of its width. A copy is units in ascending order, the widest that the alignment of the I/O side permits, and is over before what follows.
 * A write comes after all that was done to system memory before it, a read before all that is done after it.
 *
 * <p>Unlike the kernel's, a map knows where its memory ends. Of every access holds: beyond the end it is
 * {@code IndexOutOfBoundsException}, of a NULL map {@link NullMapException}, unaligned in I/O memory or writing read-only memory
 * {@code IllegalArgumentException}, and in each case nothing was accessed. Memory of another thread's arena is
 * {@code WrongThreadException}, of a closed one {@code IllegalStateException}; a copy that closing interrupts may have been done in part.
 *
 * <p>Offsets and lengths are in bytes; offsets count from the map's address. Values are in the native byte order; {@link Field} knows the
 * other one, and floating-point numbers.
 *
 * <p>A map does not own its memory: it keeps none alive but that of an automatic arena, and needs no cleaning up.
 *
 * <p>Not safe for use by several threads while one of them changes where it points; they may all access memory through it, or through
 * copies of their own.
 */
public final class IosysMap {

    private static final IoUnits UNITS = new IoUnits();

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final IoUnits units;

    /** The segment that was given, or {@link MemorySegment#NULL} itself, of zero bytes, in a NULL map. */
    private MemorySegment memory = MemorySegment.NULL;

    /** Where in the segment the map points to: incrementing makes no new segment. */
    private long position;

    /** How many bytes there are from the position to the end. */
    private long size;

    private boolean io;

    /** Makes a NULL map of system memory, which is what a zeroed {@code struct iosys_map} is. */
    public IosysMap() {
        this(UNITS);
    }

    /** Makes a NULL map whose accesses to I/O memory can be watched. */
    IosysMap(IoUnits units) {
        this.units = units;
    }

    /**
     * Makes a map of system memory. Mirrors {@code IOSYS_MAP_INIT_VADDR}.
     *
     * @param memory native, mapped or on the heap; at address 0 it makes a NULL map
     * @return the map
     */
    public static IosysMap of(MemorySegment memory) {
        IosysMap map = new IosysMap();
        map.setSystem(memory);
        return map;
    }

    /**
     * Makes a map of I/O memory. Mirrors {@code IOSYS_MAP_INIT_VADDR_IOMEM}.
     *
     * @param memory native or mapped; at address 0 it makes a NULL map, of I/O memory
     * @return the map
     * @throws IllegalArgumentException where the memory is on the heap
     */
    public static IosysMap ofIo(MemorySegment memory) {
        IosysMap map = new IosysMap();
        map.setIo(memory);
        return map;
    }

    /**
     * Makes a map that points further on; this one stays where it is. Mirrors {@code IOSYS_MAP_INIT_OFFSET}.
     *
     * @param offset 0 to {@link #byteSize()}
     * @return another map of the same memory
     * @throws IndexOutOfBoundsException beyond the end
     * @throws NullMapException where this map is NULL and the offset is not 0
     */
    public IosysMap atOffset(long offset) {
        IosysMap copy = new IosysMap(units);
        copy.set(this);
        copy.increment(offset);
        return copy;
    }

    /**
     * Makes this map what another one is. Mirrors the assignment of one struct to another.
     *
     * @param other where to point to; it stays independent
     */
    public void set(IosysMap other) {
        memory = other.memory;
        position = other.position;
        size = other.size;
        io = other.io;
    }

    /**
     * Points to system memory from now on, whatever the map was before. Mirrors {@code iosys_map_set_vaddr}.
     *
     * @param memory native, mapped or on the heap; at address 0 it makes a NULL map
     */
    public void setSystem(MemorySegment memory) {
        point(memory, false);
    }

    /**
     * Points to I/O memory from now on, whatever the map was before. Mirrors {@code iosys_map_set_vaddr_iomem}.
     *
     * @param memory native or mapped; at address 0 it makes a NULL map, of I/O memory
     * @throws IllegalArgumentException where the memory is on the heap; the map stays what it was
     */
    public void setIo(MemorySegment memory) {
        if (!memory.isNative()) {
            throw new IllegalArgumentException("memory on the Java heap is not I/O memory: " + memory);
        }
        point(memory, true);
    }

    private void point(MemorySegment to, boolean ioMemory) {
        memory = to.isNative() && to.address() == 0 ? MemorySegment.NULL : to;
        position = 0;
        size = memory.byteSize();
        io = ioMemory;
    }

    /** Makes this a NULL map of system memory, also where it was of I/O memory. Mirrors {@code iosys_map_clear}. */
    public void clear() {
        point(MemorySegment.NULL, false);
    }

    /**
     * Tells whether two maps are of the same kind of memory and point to the same address in it. How far they reach does not matter, nor
     * whether they are read-only. NULL of I/O memory is not NULL of system memory. Mirrors {@code iosys_map_is_equal}.
     *
     * @param other the other one
     * @return whether they are equal at the moment; {@link Object#equals} tells whether they are one object
     */
    public boolean isEqual(IosysMap other) {
        // Empty segments are equal where they are in the same place, which on the heap is more than an address.
        return io == other.io && memory.asSlice(position, 0).equals(other.memory.asSlice(other.position, 0));
    }

    /**
     * Tells whether the map refers to no memory. Mirrors {@code iosys_map_is_null}.
     *
     * @return false also where the memory is there no longer: the map does not know
     */
    public boolean isNull() {
        return memory == MemorySegment.NULL;
    }

    /**
     * Tells whether the map refers to memory. Mirrors {@code iosys_map_is_set}.
     *
     * @return the opposite of {@link #isNull}
     */
    public boolean isSet() {
        return !isNull();
    }

    /**
     * Tells which kind of memory it is. Mirrors the member {@code is_iomem}.
     *
     * @return false for system memory, also in a map that was just made or cleared
     */
    public boolean isIoMemory() {
        return io;
    }

    /**
     * Tells how far the memory reaches, which the kernel's map does not know.
     *
     * @return bytes from the map's address to the end; 0 for NULL
     */
    public long byteSize() {
        return size;
    }

    /**
     * Gives the memory itself, from the map's address to its end, for what wants a segment or a buffer. Mirrors the member {@code vaddr}.
     *
     * @return the segment
     * @throws IllegalStateException where it is I/O memory, which a segment would access in the wrong way
     * @throws NullMapException where the map is NULL
     */
    public MemorySegment segment() {
        if (isNull()) {
            throw refusal("a segment");
        }
        if (io) {
            throw new IllegalStateException("not given away as a segment, since it would be accessed as if it were system memory: " + this);
        }
        return memory.asSlice(position);
    }

    /**
     * Moves the address on. Mirrors {@code iosys_map_incr}.
     *
     * @param bytes 0 to {@link #byteSize()}; at the end there is nothing to access, as behind an array in C
     * @throws IndexOutOfBoundsException beyond the end; the map stays where it was
     * @throws NullMapException where the map is NULL and is moved by more than 0
     */
    public void increment(long bytes) {
        if (bytes < 0 || bytes > size) {
            throw refusal("moving on by " + bytes + " bytes");
        }
        position += bytes;
        size -= bytes;
    }

    /**
     * Copies all bytes of a segment <em>into this map</em>. Mirrors {@code iosys_map_memcpy_to}.
     *
     * @param offset where they go to
     * @param source system memory
     * @see #copyTo(long, MemorySegment, long, long)
     */
    public void copyTo(long offset, MemorySegment source) {
        copyTo(offset, source, 0, source.byteSize());
    }

    /**
     * Copies bytes of a segment <em>into this map</em>. Mirrors {@code iosys_map_memcpy_to}.
     *
     * <p>Source and destination may overlap in system memory: the bytes are those from before. With I/O memory they may not, since it is
     * written in one order only; what overlaps by way of two mappings of the same pages is not noticed.
     *
     * @param offset where they go to
     * @param source system memory
     * @param sourceOffset where in it they come from
     * @param length how many
     * @throws IndexOutOfBoundsException beyond the end of either; nothing was copied
     * @throws NullMapException where the map is NULL, whatever the length
     * @throws IllegalArgumentException where the map's memory is read-only, or is I/O memory and overlaps the source
     */
    public void copyTo(long offset, MemorySegment source, long sourceOffset, long length) {
        long at = range(offset, length);
        if (!io) {
            MemorySegment.copy(source, sourceOffset, memory, at, length);
            return;
        }
        IoCopy.write(units, memory, at, source, sourceOffset, length);
    }

    /**
     * Copies bytes <em>out of this map</em> until a segment is full. Mirrors {@code iosys_map_memcpy_from}.
     *
     * @param destination system memory
     * @param offset where they come from
     * @see #copyFrom(MemorySegment, long, long, long)
     */
    public void copyFrom(MemorySegment destination, long offset) {
        copyFrom(destination, 0, offset, destination.byteSize());
    }

    /**
     * Copies bytes <em>out of this map</em> into a segment. Mirrors {@code iosys_map_memcpy_from}; what is said of overlapping with
     * {@link #copyTo(long, MemorySegment, long, long)} holds here too.
     *
     * @param destination system memory
     * @param destinationOffset where in it they go to
     * @param offset where they come from
     * @param length how many
     * @throws IndexOutOfBoundsException beyond the end of either; nothing was copied
     * @throws NullMapException where the map is NULL, whatever the length
     * @throws IllegalArgumentException where the destination is read-only, or the map's memory is I/O memory and overlaps it
     */
    public void copyFrom(MemorySegment destination, long destinationOffset, long offset, long length) {
        long at = range(offset, length);
        if (!io) {
            MemorySegment.copy(memory, at, destination, destinationOffset, length);
            return;
        }
        IoCopy.read(units, memory, at, destination, destinationOffset, length);
    }

    /**
     * Sets bytes to one value. Mirrors {@code iosys_map_memset}.
     *
     * @param offset the first one
     * @param value what each becomes
     * @param length how many
     * @throws IndexOutOfBoundsException beyond the end; nothing was set
     * @throws NullMapException where the map is NULL, whatever the length
     * @throws IllegalArgumentException where the memory is read-only
     */
    public void fill(long offset, byte value, long length) {
        long at = range(offset, length);
        if (!io) {
            memory.asSlice(at, length).fill(value);
            return;
        }
        IoCopy.fill(units, memory, at, value, length);
    }

    /**
     * Reads a byte. Mirrors {@code iosys_map_rd} of a {@code u8}.
     *
     * @param offset where it is
     * @return its value; {@link Byte#toUnsignedInt} for what C calls u8
     */
    public byte readByte(long offset) {
        long at = at(offset, Byte.BYTES);
        return io ? units.readByte(memory, at) : memory.get(ValueLayout.JAVA_BYTE, at);
    }

    /**
     * Reads a number of two bytes. Mirrors {@code iosys_map_rd} of a {@code u16}.
     *
     * @param offset where it is; its address must be a multiple of 2 in I/O memory
     * @return its value
     */
    public short readShort(long offset) {
        long at = at(offset, Short.BYTES);
        return io ? units.readShort(memory, aligned(at, Short.BYTES)) : memory.get(SHORT, at);
    }

    /**
     * Reads a number of four bytes. Mirrors {@code iosys_map_rd} of a {@code u32}.
     *
     * @param offset where it is; its address must be a multiple of 4 in I/O memory
     * @return its value
     */
    public int readInt(long offset) {
        long at = at(offset, Integer.BYTES);
        return io ? units.readInt(memory, aligned(at, Integer.BYTES)) : memory.get(INT, at);
    }

    /**
     * Reads a number of eight bytes. Mirrors {@code iosys_map_rd} of a {@code u64}.
     *
     * @param offset where it is; its address must be a multiple of 8 in I/O memory
     * @return its value
     */
    public long readLong(long offset) {
        long at = at(offset, Long.BYTES);
        return io ? units.readLong(memory, aligned(at, Long.BYTES)) : memory.get(LONG, at);
    }

    /**
     * Writes a byte. Mirrors {@code iosys_map_wr} of a {@code u8}.
     *
     * @param offset where it goes to
     * @param value its value
     */
    public void writeByte(long offset, byte value) {
        long at = at(offset, Byte.BYTES);
        if (io) {
            units.writeByte(memory, at, value);
            VarHandle.fullFence();
        } else {
            memory.set(ValueLayout.JAVA_BYTE, at, value);
        }
    }

    /**
     * Writes a number of two bytes. Mirrors {@code iosys_map_wr} of a {@code u16}.
     *
     * @param offset where it goes to; its address must be a multiple of 2 in I/O memory
     * @param value its value
     */
    public void writeShort(long offset, short value) {
        long at = at(offset, Short.BYTES);
        if (io) {
            units.writeShort(memory, aligned(at, Short.BYTES), value);
            VarHandle.fullFence();
        } else {
            memory.set(SHORT, at, value);
        }
    }

    /**
     * Writes a number of four bytes. Mirrors {@code iosys_map_wr} of a {@code u32}.
     *
     * @param offset where it goes to; its address must be a multiple of 4 in I/O memory
     * @param value its value
     */
    public void writeInt(long offset, int value) {
        long at = at(offset, Integer.BYTES);
        if (io) {
            units.writeInt(memory, aligned(at, Integer.BYTES), value);
            VarHandle.fullFence();
        } else {
            memory.set(INT, at, value);
        }
    }

    /**
     * Writes a number of eight bytes. Mirrors {@code iosys_map_wr} of a {@code u64}.
     *
     * @param offset where it goes to; its address must be a multiple of 8 in I/O memory
     * @param value its value
     */
    public void writeLong(long offset, long value) {
        long at = at(offset, Long.BYTES);
        if (io) {
            units.writeLong(memory, aligned(at, Long.BYTES), value);
            VarHandle.fullFence();
        } else {
            memory.set(LONG, at, value);
        }
    }

    /** For people: kind, address and size. */
    @Override
    public String toString() {
        String kind = io ? "I/O memory" : "system memory";
        if (isNull()) {
            return "NULL of " + kind;
        }
        String place = memory.isNative() ? "0x" + Long.toHexString(memory.address() + position) : "the heap + " + position;
        return size + " bytes of " + kind + " at " + place;
    }

    /** Gives the place in the segment of a typed access. */
    private long at(long offset, int width) {
        try {
            // The compiler takes this check out of a loop, and vectorises the loop then, which it does with no comparison of our own.
            return position + Objects.checkIndex(offset, size - width + 1);
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(offset, width);
        }
    }

    /** Gives the place in the segment of an access to a range, which may be empty, but not of NULL. */
    private long range(long offset, long length) {
        if (offset < 0 || length < 0 || offset > size - length || isNull()) {
            throw outOfBounds(offset, length);
        }
        return position + offset;
    }

    private long aligned(long at, int width) {
        if ((memory.address() + at & width - 1) != 0) {
            throw new IllegalArgumentException(width + " bytes at offset " + (at - position) + " of " + this
                    + ": a typed access to I/O memory is at a multiple of its width; copyFrom and copyTo take it apart");
        }
        return at;
    }

    private RuntimeException outOfBounds(long offset, long length) {
        return refusal(length + " bytes at offset " + offset);
    }

    private RuntimeException refusal(String what) {
        return isNull() ? new NullMapException(what + " of a map that is " + this) : new IndexOutOfBoundsException(what + " of " + this);
    }
}
