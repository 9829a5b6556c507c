package iosys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** The pointer: where it points to, and to which kind of memory. */
class IosysMapTest {

    private final MemorySegment memory = Arena.ofAuto().allocate(64, 8);

    private static void assertNullSystemMap(IosysMap map) {
        assertTrue(map.isNull());
        assertFalse(map.isSet());
        assertFalse(map.isIoMemory());
        assertEquals(0, map.byteSize());
        assertTrue(map.isEqual(new IosysMap()));
    }

    @Test
    void zeroedMapIsNullOfSystemMemory() {
        assertNullSystemMap(new IosysMap());
        assertNullSystemMap(IosysMap.of(MemorySegment.NULL));
    }

    @Test
    void nullOfIoMemoryIsNullButNotEqualToNullOfSystemMemory() {
        IosysMap io = IosysMap.ofIo(MemorySegment.NULL);
        assertTrue(io.isNull());
        assertFalse(io.isSet());
        assertTrue(io.isIoMemory());
        assertFalse(io.isEqual(new IosysMap()));
        assertFalse(new IosysMap().isEqual(io));
        assertTrue(io.isEqual(IosysMap.ofIo(MemorySegment.NULL)));
    }

    @Test
    void isSetIsTheOppositeOfIsNull() {
        assertTrue(IosysMap.of(memory).isSet());
        assertFalse(IosysMap.of(memory).isNull());
        assertTrue(IosysMap.ofIo(memory).isSet());
        assertFalse(IosysMap.ofIo(memory).isNull());
        // Empty is not NULL, on the heap, where addresses begin with 0, neither.
        assertTrue(IosysMap.of(MemorySegment.ofArray(new byte[0])).isSet());
    }

    @Test
    void setOverwritesBothAddressAndKind() {
        IosysMap map = IosysMap.of(memory);
        map.setIo(memory.asSlice(8));
        assertTrue(map.isEqual(IosysMap.ofIo(memory.asSlice(8))));
        assertTrue(map.isIoMemory());
        map.increment(8);
        map.setSystem(memory);
        assertTrue(map.isEqual(IosysMap.of(memory)));
        assertFalse(map.isIoMemory());
        assertEquals(64, map.byteSize());
    }

    @Test
    void clearMakesANullSystemMap() {
        IosysMap map = IosysMap.ofIo(memory);
        map.increment(4);
        map.clear();
        assertNullSystemMap(map);
        map.clear();
        assertNullSystemMap(map);
    }

    @Test
    void mapsAreEqualWhereKindAndAddressAre() {
        assertTrue(IosysMap.of(memory).isEqual(IosysMap.of(memory)));
        assertFalse(IosysMap.of(memory).isEqual(IosysMap.ofIo(memory)));
        assertFalse(IosysMap.of(memory).isEqual(IosysMap.of(memory.asSlice(1))));
        assertTrue(IosysMap.of(memory).isEqual(IosysMap.of(memory.asSlice(0, 3).asReadOnly())));
        assertTrue(IosysMap.ofIo(memory).atOffset(8).isEqual(IosysMap.ofIo(memory.asSlice(8))));
        // At the very end too.
        assertTrue(IosysMap.of(memory).atOffset(64).isEqual(IosysMap.of(memory.asSlice(64))));
    }

    @Test
    void mapsOfTheHeapAreEqualWhereArrayAndIndexAre() {
        byte[] array = new byte[8];
        IosysMap map = IosysMap.of(MemorySegment.ofArray(array));
        assertTrue(map.isEqual(IosysMap.of(MemorySegment.ofArray(array).asReadOnly())));
        assertFalse(map.isEqual(IosysMap.of(MemorySegment.ofArray(new byte[8]))));
        assertFalse(map.isEqual(map.atOffset(1)));
        // Offset 0 of an array is no address.
        assertFalse(map.isEqual(new IosysMap()));
    }

    @Test
    void equalMapsRemainTwoObjects() {
        assertNotEquals(IosysMap.of(memory), IosysMap.of(memory));
    }

    @Test
    void incrementMovesTheMapItself() {
        memory.set(ValueLayout.JAVA_BYTE, 5, (byte) 42);
        for (IosysMap map : new IosysMap[] {IosysMap.of(memory), IosysMap.ofIo(memory)}) {
            map.increment(2);
            map.increment(3);
            assertEquals(42, map.readByte(0));
            assertEquals(59, map.byteSize());
            map.increment(59);
            assertEquals(0, map.byteSize());
            assertTrue(map.isSet());
        }
    }

    @Test
    void offsetCopyLeavesTheOriginalWhereItIs() {
        memory.set(ValueLayout.JAVA_BYTE, 7, (byte) 7);
        IosysMap io = IosysMap.ofIo(memory);
        IosysMap further = io.atOffset(7);
        assertTrue(further.isIoMemory());
        assertEquals(7, further.readByte(0));
        assertEquals(64, io.byteSize());
        further.clear();
        assertTrue(io.isSet());
    }

    @Test
    void assignedMapIsIndependent() {
        IosysMap map = new IosysMap();
        IosysMap io = IosysMap.ofIo(memory).atOffset(8);
        map.set(io);
        assertTrue(map.isEqual(io));
        assertEquals(56, map.byteSize());
        map.increment(8);
        assertEquals(56, io.byteSize());
    }

    @Test
    void incrementOfNullIsRefusedUnlessItIsByNothing() {
        IosysMap map = new IosysMap();
        map.increment(0);
        assertNullSystemMap(map);
        assertNullSystemMap(map.atOffset(0));
        assertThrows(NullMapException.class, () -> map.increment(1));
        assertThrows(NullMapException.class, () -> map.atOffset(1));
        assertNullSystemMap(map);
    }

    @Test
    void incrementBeyondTheEndIsRefusedAndChangesNothing() {
        IosysMap map = IosysMap.of(memory).atOffset(60);
        for (long bytes : new long[] {5, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            IndexOutOfBoundsException refused = assertThrows(IndexOutOfBoundsException.class, () -> map.increment(bytes));
            assertEquals("moving on by " + bytes + " bytes of " + map, refused.getMessage());
            assertEquals(4, map.byteSize());
        }
    }

    @Test
    void heapIsNoIoMemory() {
        MemorySegment heap = MemorySegment.ofArray(new long[1]);
        assertThrows(IllegalArgumentException.class, () -> IosysMap.ofIo(heap));
        IosysMap map = IosysMap.of(memory);
        assertThrows(IllegalArgumentException.class, () -> map.setIo(heap));
        assertTrue(map.isEqual(IosysMap.of(memory)));
    }

    @Test
    void segmentIsGivenOfSystemMemoryOnly() {
        MemorySegment rest = IosysMap.of(memory).atOffset(16).segment();
        assertEquals(memory.asSlice(16), rest);
        IllegalStateException io = assertThrows(IllegalStateException.class, () -> IosysMap.ofIo(memory).segment());
        assertFalse(io instanceof NullMapException);
        assertThrows(NullMapException.class, () -> new IosysMap().segment());
    }

    @Test
    void missingSegmentChangesNothing() {
        IosysMap map = IosysMap.ofIo(memory);
        assertThrows(NullPointerException.class, () -> map.setSystem(null));
        assertThrows(NullPointerException.class, () -> map.setIo(null));
        assertThrows(NullPointerException.class, () -> map.set(null));
        assertTrue(map.isEqual(IosysMap.ofIo(memory)));
    }

    @Test
    void tellsWhatItIs() {
        assertEquals("NULL of system memory", new IosysMap().toString());
        assertEquals("NULL of I/O memory", IosysMap.ofIo(MemorySegment.NULL).toString());
        assertEquals("60 bytes of I/O memory at 0x" + Long.toHexString(memory.address() + 4), IosysMap.ofIo(memory).atOffset(4).toString());
        assertEquals("6 bytes of system memory at the heap + 2", IosysMap.of(MemorySegment.ofArray(new byte[8])).atOffset(2).toString());
    }
}
