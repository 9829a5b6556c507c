package dmabuf.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class FrameDescriptionTest {

    private static final DrmModifier X_TILED = new DrmModifier(0x0100000000000001L);
    private static final DrmFormat UNKNOWN = DrmFormat.of("VUY8");

    private static FrameDescription linear(DrmFormat format, int width, int height, FramePlane... planes) {
        return new FrameDescription(format, DrmModifier.LINEAR, width, height, List.of(planes));
    }

    private static String refused(DrmFormat format, DrmModifier modifier, int width, int height, FramePlane... planes) {
        return assertThrows(
                        IllegalArgumentException.class, () -> new FrameDescription(format, modifier, width, height, List.of(planes)))
                .getMessage();
    }

    private static String refusedLinear(DrmFormat format, int width, int height, FramePlane... planes) {
        return refused(format, DrmModifier.LINEAR, width, height, planes);
    }

    private static String tooSmall(FrameDescription frame, long size) {
        return assertThrows(IllegalArgumentException.class, () -> frame.requireFits(size)).getMessage();
    }

    @Test
    void packedFrameHasNoGaps() {
        FrameDescription frame = FrameDescription.packed(DrmFormat.XRGB8888, 1920, 1080);
        assertEquals(List.of(new FramePlane(0, 7680)), frame.planes());
        assertEquals(8294400, frame.size());
        assertEquals("XRGB8888 1920x1080, stride 7680", frame.toString());
        assertEquals(DrmModifier.LINEAR, frame.modifier());
        frame.requireFits(8294400);
    }

    @Test
    void stridesAndPlanesAreAligned() {
        FrameDescription frame = FrameDescription.packed(DrmFormat.NV12, 1366, 768, 64);
        assertEquals(List.of(new FramePlane(0, 1408), new FramePlane(1408 * 768, 1408)), frame.planes());
        assertEquals(1408 * (768 + 383) + 1366, frame.size(), "what follows the last row's last byte is not needed");
        assertEquals("NV12 1366x768, stride 1408 + 1408 at 1081344", frame.toString());
        assertEquals(192, FrameDescription.packed(DrmFormat.RGB888, 50, 1, 96).planes().getFirst().stride());
    }

    @Test
    void oddWidthGivesBothPlanesOneStride() {
        FrameDescription frame = FrameDescription.packed(DrmFormat.NV12, 5, 3);
        assertEquals(List.of(new FramePlane(0, 6), new FramePlane(18, 6)), frame.planes());
        assertEquals(30, frame.size());
        FrameDescription planar = FrameDescription.packed(DrmFormat.YUV420, 5, 3);
        assertEquals(List.of(new FramePlane(0, 6), new FramePlane(18, 3), new FramePlane(24, 3)), planar.planes());
    }

    @Test
    void whatCannotBeLaidOutIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> FrameDescription.packed(UNKNOWN, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> FrameDescription.packed(DrmFormat.R8, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> FrameDescription.packed(DrmFormat.R8, 1, -1));
        assertThrows(IllegalArgumentException.class, () -> FrameDescription.packed(DrmFormat.R8, 1, 1, 0));
        int most = Integer.MAX_VALUE;
        assertEquals(
                "XRGB8888 " + most + "x" + most + " is larger than any buffer",
                assertThrows(IllegalArgumentException.class, () -> FrameDescription.packed(DrmFormat.XRGB8888, most, most, most))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> FrameDescription.packed(DrmFormat.NV12, most, 1));
    }

    @Test
    void contradictionNamesThePlane() {
        FramePlane plane = new FramePlane(0, 8);
        assertEquals("R8 0x1 has no pixels", refusedLinear(DrmFormat.R8, 0, 1, plane));
        assertEquals("R8 1x-1 has no pixels", refusedLinear(DrmFormat.R8, 1, -1, plane));
        assertEquals("R8 1x1 has 0 planes, possible are 1 to 4", refusedLinear(DrmFormat.R8, 1, 1));
        assertEquals("VUY8 1x1 has 5 planes, possible are 1 to 4", refusedLinear(UNKNOWN, 1, 1, plane, plane, plane, plane, plane));
        assertEquals("NV12 8x2 has 1 planes, linear NV12 has 2", refusedLinear(DrmFormat.NV12, 8, 2, plane));
        assertEquals("plane 1 of NV12 8x2: a row needs 8 bytes, its stride is 7",
                refusedLinear(DrmFormat.NV12, 8, 2, plane, new FramePlane(16, 7)));
        assertEquals("plane 0 of R8 8x2: row 1 with offset 9223372036854775800 and stride 8 lies beyond what any buffer has",
                refusedLinear(DrmFormat.R8, 8, 2, new FramePlane(Long.MAX_VALUE - 7, 8)));
        assertTrue(refused(DrmFormat.R8, X_TILED, 8, 2, new FramePlane(Long.MAX_VALUE, 8)).contains("beyond what any buffer has"));
    }

    @Test
    void bufferThatIsTooSmallIsToldWhatIsNeeded() {
        FrameDescription frame = linear(DrmFormat.NV12, 8, 4, new FramePlane(100, 16), new FramePlane(200, 16));
        assertEquals(224, frame.size());
        frame.requireFits(224);
        assertEquals("plane 1 of NV12 8x4, stride 16 at 100 + 16 at 200 does not fit: row 1 of 2 ends with byte 224, the buffer has 223",
                tooSmall(frame, 223));
        assertTrue(tooSmall(frame, 207).contains("plane 1 of NV12 8x4, stride 16 at 100 + 16 at 200 does not fit: row 0 of 2 "));
        assertTrue(tooSmall(frame, 140).endsWith("does not fit: row 3 of 4 ends with byte 156, the buffer has 140"));
        assertTrue(tooSmall(frame, 124).endsWith("row 2 of 4 ends with byte 140, the buffer has 124"));
        assertTrue(tooSmall(frame, 0).endsWith("row 0 of 4 ends with byte 108, the buffer has 0"));
        assertTrue(tooSmall(frame, Long.MIN_VALUE).contains("row 0 of 4"));
    }

    @Test
    void lastRowNeedsNoWholeStride() {
        FrameDescription frame = linear(DrmFormat.R8, 3, 2, new FramePlane(0, 1000));
        assertEquals(1003, frame.size());
        assertEquals(2000, frame.paddedSize());
        FrameDescription upsideDown = linear(DrmFormat.NV12, 4, 4, new FramePlane(100, 8), new FramePlane(0, 8));
        assertEquals(132, upsideDown.paddedSize());
        assertEquals(Long.MAX_VALUE, linear(DrmFormat.R8, 1, 2, new FramePlane(1, Long.MAX_VALUE / 2 + 1 - 2)).paddedSize() + 2);
        assertEquals(Long.MAX_VALUE, linear(DrmFormat.R8, 1, 1, new FramePlane(2, Long.MAX_VALUE - 1)).paddedSize());
        assertEquals(Long.MAX_VALUE, linear(DrmFormat.R8, 1, 2, new FramePlane(0, Long.MAX_VALUE - 1)).paddedSize());
        assertEquals(17, new FrameDescription(DrmFormat.R8, X_TILED, 8, 8, List.of(new FramePlane(16, 64))).paddedSize());
    }

    @Test
    void frameThatIsNotLinearNeedsNoMoreThanItsBeginning() {
        FrameDescription tiled = new FrameDescription(DrmFormat.XRGB8888, X_TILED, 1920, 1080, List.of(new FramePlane(4096, 0)));
        assertEquals(4097, tiled.size());
        assertFalse(tiled.hasRows());
        assertTrue(tooSmall(tiled, 4096).contains("row 0 of 1"));
        assertEquals("XRGB8888 1920x1080 intel:0x100000000000001, stride 0 at 4096", tiled.toString());
        FrameDescription implicit =
                new FrameDescription(DrmFormat.NV12, DrmModifier.INVALID, 8, 8, List.of(new FramePlane(0, 8), new FramePlane(0, 8)));
        assertFalse(implicit.hasRows());
        assertEquals(1, implicit.size());
        assertTrue(implicit.toString().contains("implicit"));
    }

    @Test
    void linearFrameOfAFormatThatIsNotKnownHasItsRows() {
        FrameDescription frame = linear(UNKNOWN, 8, 4, new FramePlane(16, 32), new FramePlane(0, 1));
        assertEquals(16 + 3 * 32 + 1, frame.size());
        assertFalse(frame.hasRows());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4096);
            assertEquals(frame + " has no rows to be found: how VUY8 is stored is not known here",
                    assertThrows(IllegalArgumentException.class, () -> frame.rows(0, memory)).getMessage());
        }
    }

    @Test
    void rowsAreFoundWhereTheyLie() {
        FrameDescription frame = linear(DrmFormat.NV12, 3, 3, new FramePlane(10, 5), new FramePlane(30, 7));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(41);
            PlaneRows luma = frame.rows(0, memory);
            PlaneRows chroma = frame.rows(1, memory);
            assertEquals(3, luma.count());
            assertEquals(3, luma.rowBytes());
            assertEquals(2, chroma.count());
            assertEquals(4, chroma.rowBytes());
            memory.set(ValueLayout.JAVA_BYTE, 10 + 2 * 5 + 2, (byte) 1);
            memory.set(ValueLayout.JAVA_BYTE, 30 + 7 + 3, (byte) 2);
            assertEquals(1, luma.row(2).get(ValueLayout.JAVA_BYTE, 2));
            assertEquals(2, chroma.row(1).get(ValueLayout.JAVA_BYTE, 3));
            assertEquals(37, chroma.offset(1));
            assertEquals(memory, luma.memory());
            assertThrows(IndexOutOfBoundsException.class, () -> chroma.row(2));
            assertThrows(IndexOutOfBoundsException.class, () -> luma.offset(-1));
            assertThrows(IndexOutOfBoundsException.class, () -> luma.row(0).get(ValueLayout.JAVA_BYTE, 3));
            assertThrows(IndexOutOfBoundsException.class, () -> frame.rows(2, memory));
            assertThrows(IllegalArgumentException.class, () -> frame.rows(0, memory.asSlice(0, 40)));
        }
    }

    /**
     * Extreme figures against the same arithmetic in numbers without end: a frame exists exactly when it should, its size is right, and the
     * row that does not fit is the first one.
     */
    @Test
    void noFigureOverflows() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<DrmFormat> formats = List.of(DrmFormat.XRGB8888, DrmFormat.RGB565, DrmFormat.NV12, DrmFormat.YUYV, DrmFormat.YUV420, DrmFormat.R8);
        int made = 0;
        for (int run = 0; run < 20_000; run++) {
            DrmFormat format = formats.get(random.nextInt(formats.size()));
            int width = (int) extreme(random, Integer.MAX_VALUE);
            int height = (int) extreme(random, Integer.MAX_VALUE);
            List<FramePlane> planes = new ArrayList<>();
            for (int i = 0; i < format.planes().size(); i++) {
                planes.add(new FramePlane(extreme(random, Long.MAX_VALUE), extreme(random, Long.MAX_VALUE)));
            }
            BigInteger end = BigInteger.ZERO;
            boolean right = width > 0 && height > 0;
            for (int i = 0; i < planes.size() && right; i++) {
                PlaneFormat stored = format.planes().get(i);
                right = planes.get(i).stride() >= stored.rowBytes(width);
                end = end.max(end(planes.get(i), stored, width, stored.rows(height) - 1L));
            }
            right &= end.bitLength() < Long.SIZE;
            String what = "seed " + seed + " run " + run + ": " + format + " " + width + "x" + height + " " + planes;
            FrameDescription frame;
            try {
                frame = new FrameDescription(format, DrmModifier.LINEAR, width, height, planes);
                assertTrue(right, what);
            } catch (IllegalArgumentException e) {
                assertFalse(right, () -> what + ": " + e.getMessage());
                continue;
            }
            made++;
            assertEquals(end.longValueExact(), frame.size(), what);
            checkFits(frame, extreme(random, Long.MAX_VALUE), what);
            checkFits(frame, frame.size(), what);
            checkFits(frame, frame.size() - 1, what);
        }
        assertTrue(made > 1000, made + " of the frames were right");
    }

    private static void checkFits(FrameDescription frame, long size, String what) {
        String expected = null;
        for (int i = 0; i < frame.planes().size() && expected == null; i++) {
            FramePlane plane = frame.planes().get(i);
            PlaneFormat stored = frame.format().planes().get(i);
            long rows = stored.rows(frame.height());
            if (end(plane, stored, frame.width(), rows - 1).compareTo(BigInteger.valueOf(size)) > 0) {
                BigInteger room = BigInteger.valueOf(size)
                        .subtract(BigInteger.valueOf(plane.offset()))
                        .subtract(BigInteger.valueOf(stored.rowBytes(frame.width())));
                long row = room.signum() < 0 ? 0 : room.divide(BigInteger.valueOf(plane.stride())).longValueExact() + 1;
                expected = "plane " + i + " of " + frame + " does not fit: row " + row + " of " + rows + " ends with byte "
                        + end(plane, stored, frame.width(), row) + ", the buffer has " + size;
            }
        }
        String found = null;
        try {
            frame.requireFits(size);
        } catch (IllegalArgumentException e) {
            found = e.getMessage();
        }
        assertEquals(expected, found, what);
    }

    private static BigInteger end(FramePlane plane, PlaneFormat stored, int width, long row) {
        return BigInteger.valueOf(plane.stride())
                .multiply(BigInteger.valueOf(row))
                .add(BigInteger.valueOf(plane.offset()))
                .add(BigInteger.valueOf(stored.rowBytes(width)));
    }

    /** 0 to the limit, mostly near an end of it or near a power of two. */
    private static long extreme(RandomGenerator random, long limit) {
        long near = random.nextLong(4);
        long figure = switch (random.nextInt(4)) {
            case 0 -> near;
            case 1 -> limit - near;
            case 2 -> (1L << random.nextInt(63)) + near - 2;
            default -> random.nextLong(4096);
        };
        return Math.clamp(figure, 0, limit);
    }
}
