package iosys;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A member of a struct, prepared once, to be read and written through any map: where it lies, how wide it is, in which byte order. Keep
 * it in a static final; an access looks nothing up and allocates nothing.
 *
 * <pre>{@code
 * static final Field STATUS = Field.of(REGISTERS, groupElement("status"));
 *
 * int status = STATUS.readInt(map, 0);
 * }</pre>
 *
 * <p>Mirrors {@code iosys_map_rd_field} and {@code iosys_map_wr_field}. As there, a field has 1, 2, 4 or 8 bytes, its value is read by
 * the method of its type, and I/O memory demands that it be aligned; system memory does not. A value of the other byte order is
 * reversed on the way, in the processor: the memory still sees one access.
 *
 * <p>Immutable; any thread may use it. Every method throws what the same method of {@link IosysMap} throws, and
 * {@code IllegalArgumentException} where the field is of another type.
 */
public final class Field {

    private final String name;
    private final long offset;
    private final int byteSize;
    private final boolean floating;
    private final boolean reversed;

    private Field(String name, long offset, ValueLayout layout) {
        this.name = name;
        this.offset = offset;
        this.byteSize = (int) layout.byteSize();
        this.floating = layout.carrier() == float.class || layout.carrier() == double.class;
        this.reversed = layout.order() != ByteOrder.nativeOrder();
    }

    /**
     * Finds a field in a layout.
     *
     * @param layout the struct, or a single value, which needs no path: {@code Field.of(JAVA_INT.withOrder(BIG_ENDIAN))} is a number in a
     *     byte order of its own
     * @param path from the struct to the field; an element of an array is named by its index
     * @return the field
     * @throws IllegalArgumentException where the path leads nowhere or to no single place, or to what is wider than 8 bytes: a struct, an
     *     array; use {@link IosysMap#copyFrom(MemorySegment, long)} for those
     */
    public static Field of(MemoryLayout layout, MemoryLayout.PathElement... path) {
        // Refuses a path that leads nowhere, or to many places.
        long offset = layout.byteOffset(path);
        MemoryLayout found = layout;
        for (MemoryLayout.PathElement step : path) {
            // Of an array, select would take any element but no certain one.
            found = found instanceof SequenceLayout array ? array.elementLayout() : found.select(step);
        }
        if (!(found instanceof ValueLayout value)) {
            throw new IllegalArgumentException(
                    found + " is not one value of 1, 2, 4 or 8 bytes: name a member of it, or copy its " + found.byteSize() + " bytes");
        }
        return new Field(found.name().orElse("value"), offset, value);
    }

    /**
     * Tells where the field begins.
     *
     * @return bytes from the beginning of the struct
     */
    public long offset() {
        return offset;
    }

    /**
     * Tells how wide the field is.
     *
     * @return 1, 2, 4 or 8 bytes
     */
    public int byteSize() {
        return byteSize;
    }

    /**
     * Reads a field of one byte.
     *
     * @param map where the struct is
     * @param structOffset the beginning of the struct, in bytes from the beginning of the map
     * @return its value
     */
    public byte readByte(IosysMap map, long structOffset) {
        return map.readByte(at(structOffset, Byte.BYTES, false));
    }

    /**
     * Reads a field of two bytes.
     *
     * @param map where the struct is
     * @param structOffset the beginning of the struct, in bytes from the beginning of the map
     * @return its value
     */
    public short readShort(IosysMap map, long structOffset) {
        return ordered(map.readShort(at(structOffset, Short.BYTES, false)));
    }

    /**
     * Reads a field of four bytes.
     *
     * @param map where the struct is
     * @param structOffset the beginning of the struct, in bytes from the beginning of the map
     * @return its value
     */
    public int readInt(IosysMap map, long structOffset) {
        return ordered(map.readInt(at(structOffset, Integer.BYTES, false)));
    }

    /**
     * Reads a field of eight bytes, an address among them.
     *
     * @param map where the struct is
     * @param structOffset the beginning of the struct, in bytes from the beginning of the map
     * @return its value
     */
    public long readLong(IosysMap map, long structOffset) {
        return ordered(map.readLong(at(structOffset, Long.BYTES, false)));
    }

    /**
     * Reads a {@code float}.
     *
     * @param map where the struct is
     * @param structOffset the beginning of the struct, in bytes from the beginning of the map
     * @return its value
     */
    public float readFloat(IosysMap map, long structOffset) {
        return Float.intBitsToFloat(ordered(map.readInt(at(structOffset, Float.BYTES, true))));
    }

    /**
     * Reads a {@code double}.
     *
     * @param map where the struct is
     * @param structOffset the beginning of the struct, in bytes from the beginning of the map
     * @return its value
     */
    public double readDouble(IosysMap map, long structOffset) {
        return Double.longBitsToDouble(ordered(map.readLong(at(structOffset, Double.BYTES, true))));
    }

    /**
     * Writes a field of one byte.
     *
     * @param map where the struct is
     * @param structOffset the beginning of the struct, in bytes from the beginning of the map
     * @param value its value
     */
    public void writeByte(IosysMap map, long structOffset, byte value) {
        map.writeByte(at(structOffset, Byte.BYTES, false), value);
    }

    /**
     * Writes a field of two bytes.
     *
     * @param map where the struct is
     * @param structOffset the beginning of the struct, in bytes from the beginning of the map
     * @param value its value
     */
    public void writeShort(IosysMap map, long structOffset, short value) {
        map.writeShort(at(structOffset, Short.BYTES, false), ordered(value));
    }

    /**
     * Writes a field of four bytes.
     *
     * @param map where the struct is
     * @param structOffset the beginning of the struct, in bytes from the beginning of the map
     * @param value its value
     */
    public void writeInt(IosysMap map, long structOffset, int value) {
        map.writeInt(at(structOffset, Integer.BYTES, false), ordered(value));
    }

    /**
     * Writes a field of eight bytes, an address among them.
     *
     * @param map where the struct is
     * @param structOffset the beginning of the struct, in bytes from the beginning of the map
     * @param value its value
     */
    public void writeLong(IosysMap map, long structOffset, long value) {
        map.writeLong(at(structOffset, Long.BYTES, false), ordered(value));
    }

    /**
     * Writes a {@code float}, with the bits that it has.
     *
     * @param map where the struct is
     * @param structOffset the beginning of the struct, in bytes from the beginning of the map
     * @param value its value
     */
    public void writeFloat(IosysMap map, long structOffset, float value) {
        map.writeInt(at(structOffset, Float.BYTES, true), ordered(Float.floatToRawIntBits(value)));
    }

    /**
     * Writes a {@code double}, with the bits that it has.
     *
     * @param map where the struct is
     * @param structOffset the beginning of the struct, in bytes from the beginning of the map
     * @param value its value
     */
    public void writeDouble(IosysMap map, long structOffset, double value) {
        map.writeLong(at(structOffset, Double.BYTES, true), ordered(Double.doubleToRawLongBits(value)));
    }

    /** For people: name, place and width. */
    @Override
    public String toString() {
        return name + " at " + offset + ", " + type(byteSize, floating);
    }

    private long at(long structOffset, int width, boolean asFloating) {
        if (width != byteSize || asFloating != floating) {
            throw new IllegalArgumentException(this + ", is accessed as " + type(width, asFloating));
        }
        if (structOffset < 0) {
            throw new IndexOutOfBoundsException("a struct with " + this + ", at offset " + structOffset + " of a map");
        }
        // A sum that overflows is negative, which the map refuses.
        return structOffset + offset;
    }

    private static String type(int width, boolean floating) {
        return (floating ? "a floating-point number of " : "a number of ") + width + (width == 1 ? " byte" : " bytes");
    }

    private short ordered(short value) {
        return reversed ? Short.reverseBytes(value) : value;
    }

    private int ordered(int value) {
        return reversed ? Integer.reverseBytes(value) : value;
    }

    private long ordered(long value) {
        return reversed ? Long.reverseBytes(value) : value;
    }
}
