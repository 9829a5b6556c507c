package iosys;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reading and writing through a map, and what is refused. */
class AccessTest {

    enum Kind {
        SYSTEM,
        IO;

        IosysMap map(MemorySegment memory) {
            return this == IO ? IosysMap.ofIo(memory) : IosysMap.of(memory);
        }
    }

    /** Every way to use the memory of a map of 16 bytes, at an offset that is beyond it or not. */
    private static List<Consumer<IosysMap>> uses(long offset, MemorySegment buffer) {
        return Stream.concat(reads(offset, buffer).stream(), writes(offset, buffer).stream()).toList();
    }

    private static List<Consumer<IosysMap>> reads(long offset, MemorySegment buffer) {
        return List.of(
                map -> map.readByte(offset),
                map -> map.readShort(offset),
                map -> map.readInt(offset),
                map -> map.readLong(offset),
                map -> map.copyFrom(buffer, offset),
                map -> map.copyFrom(buffer, 0, offset, 1));
    }

    private static List<Consumer<IosysMap>> writes(long offset, MemorySegment buffer) {
        return List.of(
                map -> map.writeByte(offset, (byte) 1),
                map -> map.writeShort(offset, (short) 1),
                map -> map.writeInt(offset, 1),
                map -> map.writeLong(offset, 1),
                map -> map.copyTo(offset, buffer),
                map -> map.copyTo(offset, buffer, 0, 1),
                map -> map.fill(offset, (byte) 1, 1));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenIsRead(Kind kind) {
        try (Arena arena = Arena.ofConfined()) {
            IosysMap map = kind.map(arena.allocate(32, 8)).atOffset(8);
            map.writeByte(1, (byte) 0x81);
            map.writeShort(2, (short) 0x8283);
            map.writeInt(4, 0x84858687);
            map.writeLong(8, 0x88898a8b8c8d8e8fL);
            assertEquals((byte) 0x81, map.readByte(1));
            assertEquals((short) 0x8283, map.readShort(2));
            assertEquals(0x84858687, map.readInt(4));
            assertEquals(0x88898a8b8c8d8e8fL, map.readLong(8));
        }
    }

    @ParameterizedTest
    @EnumSource
    void valuesAreInTheNativeByteOrder(Kind kind) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(16, 8);
            IosysMap map = kind.map(memory);
            map.writeLong(8, 0x0102030405060708L);
            assertEquals(0x0102030405060708L, memory.get(ValueLayout.JAVA_LONG, 8));
            memory.set(ValueLayout.JAVA_INT, 4, 0x01020304);
            assertEquals(0x01020304, map.readInt(4));
            memory.set(ValueLayout.JAVA_SHORT, 2, (short) 0x0102);
            assertEquals(0x0102, map.readShort(2));
        }
    }

    @ParameterizedTest
    @EnumSource
    void copiesAndFillTouchTheirRangeOnly(Kind kind) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(16, 8);
            IosysMap map = kind.map(memory).atOffset(1);
            map.fill(2, (byte) -1, 9);
            map.copyTo(4, MemorySegment.ofArray(new byte[] {9, 1, 2, 3, 9}), 1, 3);
            assertArrayEquals(
                    new byte[] {0, 0, 0, -1, -1, 1, 2, 3, -1, -1, -1, -1, 0, 0, 0, 0}, memory.toArray(ValueLayout.JAVA_BYTE));
            byte[] out = {8, 8, 8, 8, 8, 8};
            map.copyFrom(MemorySegment.ofArray(out), 1, 3, 4);
            assertArrayEquals(new byte[] {8, -1, 1, 2, 3, 8}, out);
        }
    }

    @ParameterizedTest
    @EnumSource
    void useBeyondTheEndIsRefusedAndTouchesNothing(Kind kind) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(48, 8);
            // Behind and before the map there is memory of the same segment, which is not the map's.
            IosysMap map = kind.map(memory.asSlice(0, 32)).atOffset(16);
            for (long offset : new long[] {16, 17, -1, -16, Long.MAX_VALUE, Long.MIN_VALUE}) {
                for (Consumer<IosysMap> use : uses(offset, arena.allocate(8))) {
                    assertThrows(IndexOutOfBoundsException.class, () -> use.accept(map));
                }
            }
            for (long length : new long[] {17, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
                MemorySegment buffer = arena.allocate(64);
                assertThrows(IndexOutOfBoundsException.class, () -> map.fill(0, (byte) 1, length));
                assertThrows(IndexOutOfBoundsException.class, () -> map.copyTo(0, buffer, 0, length));
                assertThrows(IndexOutOfBoundsException.class, () -> map.copyFrom(buffer, 0, 0, length));
            }
            assertThrows(IndexOutOfBoundsException.class, () -> map.readShort(15));
            assertThrows(IndexOutOfBoundsException.class, () -> map.readInt(13));
            assertThrows(IndexOutOfBoundsException.class, () -> map.readLong(9));
            assertEquals(-1, memory.mismatch(MemorySegment.ofArray(new byte[48])));
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusalTellsOffsetLengthAndSize(Kind kind) {
        try (Arena arena = Arena.ofConfined()) {
            IosysMap map = kind.map(arena.allocate(16, 8)).atOffset(6);
            IndexOutOfBoundsException refused = assertThrows(IndexOutOfBoundsException.class, () -> map.readInt(8));
            assertEquals("4 bytes at offset 8 of " + map, refused.getMessage());
            assertTrue(map.toString().startsWith("10 bytes of "), map::toString);
        }
    }

    @ParameterizedTest
    @EnumSource
    void rangeBeyondTheBufferIsRefused(Kind kind) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(16, 8);
            MemorySegment buffer = arena.allocate(4);
            IosysMap map = kind.map(memory);
            map.fill(0, (byte) 5, 16);
            for (long offset : new long[] {1, -1, 5, Long.MAX_VALUE}) {
                assertThrows(IndexOutOfBoundsException.class, () -> map.copyTo(0, buffer, offset, 4));
                assertThrows(IndexOutOfBoundsException.class, () -> map.copyFrom(buffer, offset, 0, 4));
            }
            assertEquals(0, buffer.get(ValueLayout.JAVA_INT, 0));
            assertEquals(5, map.readByte(0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void nullMapIsNotUsed(Kind kind) {
        IosysMap map = kind.map(MemorySegment.NULL);
        MemorySegment buffer = MemorySegment.ofArray(new byte[4]);
        for (long offset : new long[] {0, 1, -1}) {
            for (Consumer<IosysMap> use : uses(offset, buffer)) {
                NullMapException refused = assertThrows(NullMapException.class, () -> use.accept(map));
                assertTrue(refused.getMessage().endsWith(" of a map that is " + map), refused::getMessage);
            }
        }
        // Not for nothing either.
        assertThrows(NullMapException.class, () -> map.fill(0, (byte) 0, 0));
        assertThrows(NullMapException.class, () -> map.copyTo(0, buffer, 0, 0));
        assertThrows(NullMapException.class, () -> map.copyFrom(buffer, 0, 0, 0));
    }

    @ParameterizedTest
    @EnumSource
    void endOfTheMapCanBeCopiedByNothing(Kind kind) {
        try (Arena arena = Arena.ofConfined()) {
            IosysMap map = kind.map(arena.allocate(16, 8));
            MemorySegment buffer = arena.allocate(4);
            map.fill(16, (byte) 1, 0);
            map.copyTo(16, buffer, 4, 0);
            map.copyFrom(buffer, 4, 16, 0);
            assertThrows(IndexOutOfBoundsException.class, () -> map.fill(17, (byte) 1, 0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void readOnlyMemoryIsReadOnly(Kind kind) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(16, 8);
            MemorySegment buffer = arena.allocate(8);
            IosysMap map = kind.map(memory.asReadOnly());
            reads(0, buffer).forEach(read -> read.accept(map));
            for (Consumer<IosysMap> write : writes(0, buffer)) {
                assertThrows(IllegalArgumentException.class, () -> write.accept(map));
            }
            IosysMap writable = kind.map(memory);
            assertThrows(IllegalArgumentException.class, () -> writable.copyFrom(buffer.asReadOnly(), 0));
            assertEquals(-1, memory.mismatch(MemorySegment.ofArray(new byte[16])));
        }
    }

    @ParameterizedTest
    @EnumSource
    void memoryOfAClosedArenaIsNotAccessed(Kind kind) {
        IosysMap map = new IosysMap();
        MemorySegment memory;
        try (Arena arena = Arena.ofConfined()) {
            memory = arena.allocate(16, 8);
            map.set(kind.map(memory));
        }
        assertThrows(IllegalStateException.class, () -> map.copyTo(0, memory));
        for (Consumer<IosysMap> use : uses(0, Arena.ofAuto().allocate(8))) {
            IllegalStateException refused = assertThrows(IllegalStateException.class, () -> use.accept(map));
            assertFalse(refused instanceof NullMapException);
        }
        // It is a pointer: that it dangles does not make it NULL.
        assertTrue(map.isSet());
    }

    @ParameterizedTest
    @EnumSource
    void memoryOfAnotherThreadIsNotAccessed(Kind kind) throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            IosysMap map = kind.map(arena.allocate(16, 8));
            List<Consumer<IosysMap>> uses = uses(0, Arena.ofAuto().allocate(8));
            List<Throwable> refusals = new CopyOnWriteArrayList<>();
            Thread other = Thread.ofPlatform().start(() -> uses.forEach(use -> {
                try {
                    use.accept(map);
                } catch (WrongThreadException e) {
                    refusals.add(e);
                }
            }));
            other.join();
            assertEquals(uses.size(), refusals.size());
        }
    }

    @Test
    void systemMemoryIsAccessedAtAnyAlignment() {
        try (Arena arena = Arena.ofConfined()) {
            for (MemorySegment memory : List.of(arena.allocate(16, 8), MemorySegment.ofArray(new byte[16]))) {
                IosysMap map = IosysMap.of(memory);
                map.writeShort(1, (short) 0x1234);
                map.writeInt(3, 0x12345678);
                map.writeLong(7, 0x123456789abcdef0L);
                assertEquals(0x1234, map.readShort(1));
                assertEquals(0x12345678, map.readInt(3));
                assertEquals(0x123456789abcdef0L, map.readLong(7));
            }
        }
    }

    @Test
    void unalignedTypedAccessToIoMemoryIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(32, 8);
            // Aligned is the address, and not the offset.
            IosysMap map = IosysMap.ofIo(memory).atOffset(3);
            map.writeLong(5, 1);
            map.writeInt(1, 1);
            map.writeShort(1, (short) 1);
            memory.fill((byte) 0);
            for (long offset = 6; offset < 13; offset++) {
                long at = offset;
                assertThrows(IllegalArgumentException.class, () -> map.readLong(at));
                assertThrows(IllegalArgumentException.class, () -> map.writeLong(at, 1));
            }
            for (long offset : new long[] {6, 7, 8}) {
                assertThrows(IllegalArgumentException.class, () -> map.readInt(offset));
                assertThrows(IllegalArgumentException.class, () -> map.writeInt(offset, 1));
            }
            assertThrows(IllegalArgumentException.class, () -> map.readShort(0));
            IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> map.writeShort(2, (short) 1));
            assertEquals(
                    "2 bytes at offset 2 of " + map
                            + ": a typed access to I/O memory is at a multiple of its width; copyFrom and copyTo take it apart",
                    refused.getMessage());
            assertEquals(-1, memory.mismatch(MemorySegment.ofArray(new byte[32])));
        }
    }

    @Test
    void overlappingCopiesOfSystemMemoryGiveTheBytesFromBefore() {
        for (int distance : new int[] {-3, -1, 0, 1, 3}) {
            byte[] bytes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
            byte[] expected = bytes.clone();
            System.arraycopy(bytes, 3, expected, 3 + distance, 6);
            MemorySegment memory = MemorySegment.ofArray(bytes.clone());
            IosysMap.of(memory).copyTo(3 + distance, memory, 3, 6);
            assertArrayEquals(expected, memory.toArray(ValueLayout.JAVA_BYTE));
            memory = MemorySegment.ofArray(bytes.clone());
            IosysMap.of(memory).copyFrom(memory, 3 + distance, 3, 6);
            assertArrayEquals(expected, memory.toArray(ValueLayout.JAVA_BYTE));
        }
    }

    @Test
    void copiesThatOverlapIoMemoryAreRefused() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(32, 8);
            memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
            IosysMap map = IosysMap.ofIo(memory);
            for (long offset : new long[] {0, 1, 7, 8}) {
                assertThrows(IllegalArgumentException.class, () -> map.copyTo(offset, memory, 1, 8));
                assertThrows(IllegalArgumentException.class, () -> map.copyFrom(memory, 1, offset, 8));
            }
            map.copyTo(16, memory, 0, 16);
            map.copyTo(8, memory, 0, 8);
            assertEquals(1, map.readByte(8));
            assertEquals(1, map.readByte(16));
        }
    }
}
