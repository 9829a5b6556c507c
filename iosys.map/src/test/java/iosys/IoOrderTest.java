package iosys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import iosys.RecordedUnits.Unit;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Which units are asked for of I/O memory, and in which order. The accesses are watched where they leave for the VarHandles: that the
 * compiler makes one instruction of each and leaves the order as it is, is what the access modes acquire and release promise.
 */
class IoOrderTest {

    private final RecordedUnits recorded = new RecordedUnits();
    private final IosysMap map = new IosysMap(recorded);
    private final MemorySegment memory = Arena.ofAuto().allocate(64, 8);
    private final MemorySegment buffer = MemorySegment.ofArray(new byte[64]);

    /** Compares with units that are given as offset and width, one after the other. */
    private void assertUnits(boolean write, long... offsetsAndWidths) {
        List<Unit> expected = new ArrayList<>();
        for (int i = 0; i < offsetsAndWidths.length; i += 2) {
            expected.add(new Unit(write, memory.address() + offsetsAndWidths[i], (int) offsetsAndWidths[i + 1]));
        }
        assertEquals(expected, recorded.units);
        recorded.units.clear();
    }

    @Test
    void alignedCopyIsUnitsOfEightInAscendingOrder() {
        map.setIo(memory);
        map.copyTo(8, buffer, 0, 32);
        assertUnits(true, 8, 8, 16, 8, 24, 8, 32, 8);
        map.copyFrom(buffer, 0, 8, 32);
        assertUnits(false, 8, 8, 16, 8, 24, 8, 32, 8);
        map.fill(8, (byte) 1, 32);
        assertUnits(true, 8, 8, 16, 8, 24, 8, 32, 8);
    }

    @Test
    void headAndTailAreSmallerUnits() {
        map.setIo(memory);
        map.copyTo(1, buffer, 0, 30);
        assertUnits(true, 1, 1, 2, 2, 4, 4, 8, 8, 16, 8, 24, 4, 28, 2, 30, 1);
        map.copyFrom(buffer, 3, 1, 30);
        assertUnits(false, 1, 1, 2, 2, 4, 4, 8, 8, 16, 8, 24, 4, 28, 2, 30, 1);
        map.fill(1, (byte) 1, 30);
        assertUnits(true, 1, 1, 2, 2, 4, 4, 8, 8, 16, 8, 24, 4, 28, 2, 30, 1);
    }

    @Test
    void alignmentOfSystemMemoryDoesNotMatter() {
        map.setIo(memory);
        MemorySegment unaligned = Arena.ofAuto().allocate(32, 8).asSlice(1);
        map.copyTo(0, unaligned, 0, 16);
        assertUnits(true, 0, 8, 8, 8);
    }

    @Test
    void alignmentIsThatOfTheAddressAndNotOfTheOffset() {
        map.setIo(memory);
        map.increment(5);
        map.copyTo(0, buffer, 0, 12);
        assertUnits(true, 5, 1, 6, 2, 8, 8, 16, 1);
        map.copyTo(3, buffer, 0, 8);
        assertUnits(true, 8, 8);
    }

    @Test
    void shortCopyIsAsFewUnitsAsAlignmentPermits() {
        map.setIo(memory);
        map.copyTo(6, buffer, 0, 4);
        assertUnits(true, 6, 2, 8, 2);
        map.copyTo(4, buffer, 0, 4);
        assertUnits(true, 4, 4);
        map.copyTo(3, buffer, 0, 2);
        assertUnits(true, 3, 1, 4, 1);
        map.copyTo(3, buffer, 0, 0);
        assertUnits(true);
    }

    @Test
    void typedAccessIsOneUnit() {
        map.setIo(memory);
        map.readByte(1);
        map.readShort(2);
        map.readInt(4);
        map.readLong(8);
        assertUnits(false, 1, 1, 2, 2, 4, 4, 8, 8);
        map.writeByte(1, (byte) 1);
        map.writeShort(2, (short) 1);
        map.writeInt(4, 1);
        map.writeLong(8, 1);
        assertUnits(true, 1, 1, 2, 2, 4, 4, 8, 8);
    }

    @Test
    void everyCopyTakesEachByteOnceAndTheWidestUnitThatFits() {
        map.setIo(memory);
        for (int start = 0; start < 16; start++) {
            for (int length = 0; length <= 40; length++) {
                map.copyTo(start, buffer, 0, length);
                long next = memory.address() + start;
                long end = next + length;
                for (Unit unit : recorded.units) {
                    assertEquals(next, unit.address());
                    assertEquals(0, unit.address() % unit.width());
                    int wider = 2 * unit.width();
                    assertTrue(unit.width() == Long.BYTES || next % wider != 0 || next + wider > end, unit::toString);
                    next += unit.width();
                }
                assertEquals(end, next);
                recorded.units.clear();
            }
        }
    }

    @Test
    void offsetCopyAccessesMemoryAsItsOriginalDoes() {
        map.setIo(memory);
        map.atOffset(4).writeInt(0, 1);
        assertUnits(true, 4, 4);
    }

    @Test
    void refusedUseDoesNotReachTheMemory() {
        map.setIo(memory.asReadOnly());
        for (Runnable refused : List.<Runnable>of(
                () -> map.copyTo(0, buffer),
                () -> map.fill(0, (byte) 1, 8),
                () -> map.readInt(1),
                () -> map.copyFrom(buffer.asReadOnly(), 0),
                () -> map.copyFrom(memory, 8, 0, 16))) {
            assertThrows(IllegalArgumentException.class, refused::run);
        }
        assertUnits(true);
    }

    @Test
    void systemMemoryIsAccessedWithoutUnits() {
        map.setSystem(memory);
        map.copyTo(0, buffer);
        map.fill(0, (byte) 1, 8);
        map.writeInt(0, map.readInt(4));
        assertUnits(true);
    }
}
