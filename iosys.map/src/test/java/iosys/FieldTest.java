package iosys;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.MemoryLayout.PathElement.sequenceElement;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldTest {

    /** The example of the kernel's documentation, and what it does not show. */
    private static final MemoryLayout FOO = MemoryLayout.structLayout(
            ValueLayout.JAVA_INT.withName("field1"),
            MemoryLayout.structLayout(ValueLayout.JAVA_INT.withName("inner1"), ValueLayout.JAVA_INT.withName("inner2")).withName("field2"),
            ValueLayout.JAVA_INT.withName("field3"),
            MemoryLayout.sequenceLayout(4, ValueLayout.JAVA_SHORT).withName("array"),
            ValueLayout.JAVA_DOUBLE.withName("precise"),
            ValueLayout.JAVA_LONG.withName("wide"),
            ValueLayout.JAVA_FLOAT.withName("rough"),
            ValueLayout.JAVA_BYTE.withName("narrow"),
            ValueLayout.JAVA_INT_UNALIGNED.withName("packed"));

    private static final Field INNER2 = Field.of(FOO, groupElement("field2"), groupElement("inner2"));
    private static final Field THIRD = Field.of(FOO, groupElement("array"), sequenceElement(2));
    private static final Field PRECISE = Field.of(FOO, groupElement("precise"));
    private static final Field WIDE = Field.of(FOO, groupElement("wide"));
    private static final Field ROUGH = Field.of(FOO, groupElement("rough"));
    private static final Field NARROW = Field.of(FOO, groupElement("narrow"));
    private static final Field PACKED = Field.of(FOO, groupElement("packed"));

    private final MemorySegment memory = Arena.ofAuto().allocate(64, 8);

    @Test
    void fieldIsFoundByItsPath() {
        assertEquals(8, INNER2.offset());
        assertEquals(4, INNER2.byteSize());
        assertEquals(20, THIRD.offset());
        assertEquals(2, THIRD.byteSize());
        for (IosysMap map : List.of(IosysMap.of(memory), IosysMap.ofIo(memory))) {
            INNER2.writeInt(map, 8, 0x11223344);
            assertEquals(0x11223344, memory.get(ValueLayout.JAVA_INT, 16));
            assertEquals(0x11223344, INNER2.readInt(map, 8));
            // The struct, and not the field, is where the offset says.
            assertEquals(0x11223344, INNER2.readInt(map.atOffset(8), 0));
            memory.fill((byte) 0);
        }
    }

    @Test
    void everyWidthIsReadAsItWasWritten() {
        for (IosysMap map : List.of(IosysMap.of(memory), IosysMap.ofIo(memory))) {
            NARROW.writeByte(map, 0, (byte) 0x81);
            THIRD.writeShort(map, 0, (short) 0x8283);
            INNER2.writeInt(map, 0, 0x84858687);
            WIDE.writeLong(map, 0, 0x88898a8b8c8d8e8fL);
            ROUGH.writeFloat(map, 0, -1.5f);
            PRECISE.writeDouble(map, 0, Math.PI);
            assertEquals((byte) 0x81, NARROW.readByte(map, 0));
            assertEquals((short) 0x8283, THIRD.readShort(map, 0));
            assertEquals(0x84858687, INNER2.readInt(map, 0));
            assertEquals(0x88898a8b8c8d8e8fL, WIDE.readLong(map, 0));
            assertEquals(-1.5f, ROUGH.readFloat(map, 0));
            assertEquals(Math.PI, PRECISE.readDouble(map, 0));
            assertEquals(Math.PI, memory.get(ValueLayout.JAVA_DOUBLE, PRECISE.offset()));
            memory.fill((byte) 0);
        }
    }

    @Test
    void bitsOfFloatingPointNumbersArePreserved() {
        IosysMap map = IosysMap.of(memory);
        int signalling = 0x7fa00001;
        ROUGH.writeFloat(map, 0, Float.intBitsToFloat(signalling));
        assertEquals(Float.floatToRawIntBits(Float.intBitsToFloat(signalling)), memory.get(ValueLayout.JAVA_INT, ROUGH.offset()));
    }

    @Test
    void otherByteOrderIsReversedInOneAccess() {
        ByteOrder other = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        RecordedUnits recorded = new RecordedUnits();
        IosysMap map = new IosysMap(recorded);
        map.setIo(memory);
        Field.of(ValueLayout.JAVA_SHORT.withOrder(other)).writeShort(map, 0, (short) 0x0102);
        Field.of(ValueLayout.JAVA_INT.withOrder(other)).writeInt(map, 4, 0x01020304);
        Field.of(ValueLayout.JAVA_LONG.withOrder(other)).writeLong(map, 8, 0x0102030405060708L);
        Field.of(ValueLayout.JAVA_FLOAT.withOrder(other)).writeFloat(map, 16, 2.5f);
        Field.of(ValueLayout.JAVA_DOUBLE.withOrder(other)).writeDouble(map, 24, 2.5);
        Field.of(ValueLayout.JAVA_BYTE.withOrder(other)).writeByte(map, 2, (byte) 9);
        assertEquals(6, recorded.units.size());
        assertEquals(0x0201, memory.get(ValueLayout.JAVA_SHORT, 0));
        assertEquals(0x04030201, memory.get(ValueLayout.JAVA_INT, 4));
        assertEquals(0x0807060504030201L, memory.get(ValueLayout.JAVA_LONG, 8));
        assertEquals(2.5f, memory.get(ValueLayout.JAVA_FLOAT.withOrder(other), 16));
        assertEquals(2.5, memory.get(ValueLayout.JAVA_DOUBLE.withOrder(other), 24));
        assertEquals(0x0102, Field.of(ValueLayout.JAVA_SHORT.withOrder(other)).readShort(map, 0));
        assertEquals(0x01020304, Field.of(ValueLayout.JAVA_INT.withOrder(other)).readInt(map, 4));
        assertEquals(0x0102030405060708L, Field.of(ValueLayout.JAVA_LONG.withOrder(other)).readLong(map, 8));
        assertEquals(2.5f, Field.of(ValueLayout.JAVA_FLOAT.withOrder(other)).readFloat(map, 16));
        assertEquals(2.5, Field.of(ValueLayout.JAVA_DOUBLE.withOrder(other)).readDouble(map, 24));
        assertEquals(9, Field.of(ValueLayout.JAVA_BYTE.withOrder(other)).readByte(map, 2));
    }

    @Test
    void fieldsOfAddressesAndCharactersAreNumbers() {
        IosysMap map = IosysMap.of(memory);
        Field.of(ValueLayout.ADDRESS).writeLong(map, 0, 0x1000);
        assertEquals(MemorySegment.ofAddress(0x1000), memory.get(ValueLayout.ADDRESS, 0));
        Field.of(ValueLayout.JAVA_CHAR).writeShort(map, 8, (short) 'x');
        assertEquals('x', memory.get(ValueLayout.JAVA_CHAR, 8));
    }

    @Test
    void fieldWiderThanEightBytesIsRefused() {
        IllegalArgumentException struct = assertThrows(IllegalArgumentException.class, () -> Field.of(FOO));
        assertEquals(FOO + " is not one value of 1, 2, 4 or 8 bytes: name a member of it, or copy its 49 bytes", struct.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Field.of(FOO, groupElement("field2")));
        assertThrows(IllegalArgumentException.class, () -> Field.of(FOO, groupElement("array")));
    }

    @Test
    void pathThatLeadsToNoSinglePlaceIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Field.of(FOO, groupElement("nothing")));
        assertThrows(IllegalArgumentException.class, () -> Field.of(FOO, groupElement("array"), sequenceElement()));
        assertThrows(IllegalArgumentException.class, () -> Field.of(FOO, groupElement("array"), sequenceElement(4)));
    }

    @Test
    void fieldIsAccessedAsWhatItIs() {
        IosysMap map = IosysMap.of(memory);
        for (Runnable wrong : List.<Runnable>of(
                () -> INNER2.readByte(map, 0),
                () -> INNER2.readShort(map, 0),
                () -> INNER2.readLong(map, 0),
                () -> INNER2.readFloat(map, 0),
                () -> ROUGH.readInt(map, 0),
                () -> WIDE.readDouble(map, 0),
                () -> PRECISE.writeLong(map, 0, 1),
                () -> PRECISE.writeFloat(map, 0, 1))) {
            assertThrows(IllegalArgumentException.class, wrong::run);
        }
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> NARROW.writeShort(map, 0, (short) 1));
        assertEquals("narrow at 44, a number of 1 byte, is accessed as a number of 2 bytes", refused.getMessage());
        assertEquals(-1, memory.mismatch(MemorySegment.ofArray(new byte[64])));
    }

    @Test
    void alignmentIsTheCallersProblemInSystemMemoryAndRefusedInIoMemory() {
        IosysMap system = IosysMap.of(memory);
        PACKED.writeInt(system, 3, 77);
        assertEquals(77, PACKED.readInt(system, 3));
        IosysMap io = IosysMap.ofIo(memory);
        assertThrows(IllegalArgumentException.class, () -> PACKED.readInt(io, 0));
        assertThrows(IllegalArgumentException.class, () -> PACKED.writeInt(io, 0, 1));
        assertEquals(77, PACKED.readInt(io, 3));
    }

    @Test
    void structThatBeginsBeforeTheMapIsRefusedThoughTheFieldWouldNot() {
        IosysMap map = IosysMap.of(memory);
        for (long offset : new long[] {-8, -1, 53, 64, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThrows(IndexOutOfBoundsException.class, () -> INNER2.readInt(map, offset));
            assertThrows(IndexOutOfBoundsException.class, () -> INNER2.writeInt(map, offset, 1));
        }
        assertEquals(0, INNER2.readInt(map, 52));
    }

    @Test
    void fieldOfNullIsRefused() {
        assertThrows(NullMapException.class, () -> INNER2.readInt(new IosysMap(), 0));
        assertThrows(NullMapException.class, () -> INNER2.writeInt(IosysMap.ofIo(MemorySegment.NULL), 0, 1));
    }
}
