package dmabuf.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.ScatterList.Entry;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScatterListTest {

    private static final List<Entry> PIECES =
            List.of(new Entry(0x10000, 0x1000, 0), new Entry(0x40000, 0x3000, 0x1000), new Entry(0x43000, 0x1000, 0x4000));

    @Test
    void piecesAreIteratedInTheOrderOfTheBuffersBytes() {
        ScatterList list = ScatterList.of(0x5000, PIECES);
        List<Entry> seen = new ArrayList<>();
        list.forEach(seen::add);
        assertEquals(PIECES, seen);
        assertEquals(PIECES, list.entries());
        assertEquals(0x5000, list.size());
    }

    @Test
    void totalThatIsNotTheSizeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> ScatterList.of(0x6000, PIECES));
        assertThrows(IllegalArgumentException.class, () -> ScatterList.of(0x4000, PIECES));
        assertThrows(IllegalArgumentException.class, () -> ScatterList.of(0, List.of()));
    }

    @Test
    void gapAndOverlapInTheBufferAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> ScatterList.of(3, List.of(new Entry(1, 1, 0), new Entry(9, 1, 2))));
        assertThrows(IllegalArgumentException.class, () -> ScatterList.of(3, List.of(new Entry(1, 2, 0), new Entry(9, 1, 1))));
    }

    @Test
    void totalThatOverflowsIsRefused() {
        List<Entry> huge = List.of(new Entry(0, Long.MAX_VALUE, 0), new Entry(0, Long.MAX_VALUE, Long.MAX_VALUE));
        assertThrows(ArithmeticException.class, () -> ScatterList.of(-2, huge));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void emptyPieceIsRefused(long length) {
        assertThrows(IllegalArgumentException.class, () -> new Entry(0, length, 0));
    }

    @Test
    void pieceMayEndWithTheAddressSpaceAndNotBeyond() {
        assertEquals(-0x1000, new Entry(-0x1000, 0x1000, 0).address());
        assertThrows(IllegalArgumentException.class, () -> new Entry(-0x1000, 0x1001, 0));
        assertThrows(IllegalArgumentException.class, () -> new Entry(0, 1, -1));
    }

    @Test
    void pagesAreIteratedOneByOne() {
        List<Entry> pages = new ArrayList<>();
        ScatterList.of(0x5000, PIECES).pages(0x1000).forEach(pages::add);
        assertEquals(
                List.of(
                        new Entry(0x10000, 0x1000, 0),
                        new Entry(0x40000, 0x1000, 0x1000),
                        new Entry(0x41000, 0x1000, 0x2000),
                        new Entry(0x42000, 0x1000, 0x3000),
                        new Entry(0x43000, 0x1000, 0x4000)),
                pages);
    }

    @Test
    void pieceThatBeginsAndEndsWithinAPageGivesPartsOfPages() {
        List<Entry> pages = new ArrayList<>();
        ScatterList.contiguous(0x1f00, 0x1200).pages(0x1000).forEach(pages::add);
        assertEquals(List.of(new Entry(0x1f00, 0x100, 0), new Entry(0x2000, 0x1000, 0x100), new Entry(0x3000, 0x100, 0x1100)), pages);
    }

    @Test
    void pagesAtTheEndOfTheAddressSpaceDoNotWrapAround() {
        List<Entry> pages = new ArrayList<>();
        ScatterList.contiguous(-0x1800, 0x1800).pages(0x1000).forEach(pages::add);
        assertEquals(List.of(new Entry(-0x1800, 0x800, 0), new Entry(-0x1000, 0x1000, 0x800)), pages);
    }

    @Test
    void iterationOfPagesEndsAndBeginsAnew() {
        Iterable<Entry> pages = ScatterList.contiguous(0, 0x1000).pages(0x1000);
        Iterator<Entry> once = pages.iterator();
        once.next();
        assertThrows(NoSuchElementException.class, once::next);
        assertTrue(pages.iterator().hasNext());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 3, Long.MIN_VALUE, 0x1001})
    void pageSizeIsAPowerOfTwo(long size) {
        ScatterList list = ScatterList.contiguous(0, 1);
        assertThrows(IllegalArgumentException.class, () -> list.pages(size));
    }

    @Test
    void everyByteHasAnAddress() {
        ScatterList list = ScatterList.of(0x5000, PIECES);
        assertEquals(0x10000, list.addressOf(0));
        assertEquals(0x10fff, list.addressOf(0xfff));
        assertEquals(0x40000, list.addressOf(0x1000));
        assertEquals(0x43fff, list.addressOf(0x4fff));
        assertThrows(IndexOutOfBoundsException.class, () -> list.addressOf(0x5000));
        assertThrows(IndexOutOfBoundsException.class, () -> list.addressOf(-1));
    }

    @Test
    void piecesThatContinueEachOtherAreJoined() {
        ScatterList joined = ScatterList.of(0x5000, PIECES).coalesced();
        assertEquals(List.of(new Entry(0x10000, 0x1000, 0), new Entry(0x40000, 0x4000, 0x1000)), joined.entries());
        assertEquals(0x5000, joined.size());
        assertSame(joined, joined.coalesced());
    }

    @Test
    void lastPieceOfTheAddressSpaceIsNotJoinedWithTheFirst() {
        List<Entry> round = List.of(new Entry(-0x1000, 0x1000, 0), new Entry(0, 0x1000, 0x1000));
        assertEquals(round, ScatterList.of(0x2000, round).coalesced().entries());
    }

    @Test
    void listIsWrittenShortly() {
        assertEquals("4096 bytes in 1 piece: 0x10000+4096", ScatterList.contiguous(0x10000, 4096).toString());
    }

    @ParameterizedTest
    @EnumSource(Access.class)
    void directionOfACpuAccessIsTheOtherWayRoundThanTheDevices(Access access) {
        Direction direction = Direction.ofCpuAccess(access);
        assertEquals(access.reads(), direction.deviceAccess().writes());
        assertEquals(access.writes(), direction.deviceAccess().reads());
    }

    @Test
    void onlyBothWaysServesEitherWay() {
        for (Direction asked : Direction.values()) {
            assertTrue(Direction.BIDIRECTIONAL.serves(asked));
            assertTrue(asked.serves(asked));
        }
        assertEquals(false, Direction.TO_DEVICE.serves(Direction.FROM_DEVICE));
        assertEquals(false, Direction.TO_DEVICE.serves(Direction.BIDIRECTIONAL));
        assertEquals(false, Direction.FROM_DEVICE.serves(Direction.BIDIRECTIONAL));
    }
}
