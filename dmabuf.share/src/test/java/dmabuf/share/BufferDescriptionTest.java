package dmabuf.share;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.MmapPolicy;
import dmabuf.frame.DrmFormat;
import dmabuf.frame.DrmModifier;
import dmabuf.frame.FrameDescription;
import dmabuf.frame.FramePlane;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BufferDescriptionTest {

    private static final int XR24 = 0x34325258;

    private static String refused(BufferDescription.Builder builder) {
        return assertThrows(IllegalArgumentException.class, builder::build).getMessage();
    }

    @Test
    void wordsSayEverything() {
        BufferDescription description = BufferDescription.ofSize(8_294_400).name("frame").policy(MmapPolicy.mappable(Caching.CACHED))
                .picture(1920, 1080, 7680, XR24).modifier(0x100000000000001L).build();
        assertEquals("\"frame\", 8294400 bytes, cached, needs sync, 1920x1080 XR24, stride 7680, modifier 0x100000000000001",
                description.toString());
        assertEquals("1 bytes, unknown, needs no sync, not mappable, read only", BufferDescription.ofSize(1)
                .policy(MmapPolicy.notMappable().withAccess(Access.READ).withNeedsSync(false)).build().toString());
    }

    @Test
    void whatIsNotSaidIsNotThere() {
        BufferDescription description = BufferDescription.ofSize(4096).build();
        assertFalse(description.hasPicture());
        assertEquals(0, description.width() + description.height() + description.stride() + description.fourcc());
        assertEquals(OptionalLong.empty(), description.modifier());
        assertEquals("", description.name());
        assertEquals(MmapPolicy.unknown(), description.policy());
        assertEquals(Caching.UNKNOWN, description.caching());
        assertTrue(description.needsSync());
        assertEquals(Access.READ_WRITE, description.access());
    }

    @Test
    void wrongFiguresAreRefused() {
        assertEquals("the size is 0", refused(BufferDescription.ofSize(0)));
        assertEquals("the name has 32 bytes, at most 31 are allowed", refused(BufferDescription.ofSize(1).name("ü".repeat(16))));
        assertTrue(refused(BufferDescription.ofSize(1).name("a\u001b[2Jb")).contains("control characters"));
        assertTrue(refused(BufferDescription.ofSize(1).picture(1, 0, 4, XR24)).contains("1x0"));
        assertTrue(refused(BufferDescription.ofSize(1).picture(-1, 1, 4, XR24)).contains("-1x1"));
        assertTrue(refused(BufferDescription.ofSize(4096).picture(1, 2, 4096, XR24)).contains("2 rows of 4096 bytes"));
        assertTrue(refused(BufferDescription.ofSize(1).modifier(0)).contains("without a picture"));
        // A tiled picture may be laid out in any way.
        assertTrue(BufferDescription.ofSize(4096).picture(1, 2, 4096, XR24).modifier(1).build().hasPicture());
        assertEquals("ü".repeat(15) + "x", BufferDescription.ofSize(1).name("ü".repeat(15) + "x").build().name());
    }

    @Test
    void pictureIsAFrame() {
        FrameDescription nv12 = FrameDescription.packed(DrmFormat.NV12, 64, 4);
        BufferDescription description = BufferDescription.ofSize(4096).frame(nv12).build();
        assertEquals(Optional.of(nv12), description.frame());
        assertEquals(64, description.stride());
        assertEquals("4096 bytes, unknown, needs sync, 64x4 NV12, stride 64 at 0 + 64 at 256, modifier 0x0", description.toString());
        FrameDescription plain = FrameDescription.packed(DrmFormat.XRGB8888, 4, 4);
        assertEquals(BufferDescription.ofSize(4096).picture(4, 4, 16, XR24).modifier(0).build(),
                BufferDescription.ofSize(4096).frame(plain).build(), "what the older form says is said in it");
        assertEquals(Optional.empty(), BufferDescription.ofSize(4096).build().frame());
    }

    @Test
    void layoutOfWhichNothingIsSaidIsImplicit() {
        FrameDescription frame = BufferDescription.ofSize(4096).picture(4, 4, 16, XR24).build().frame().orElseThrow();
        assertEquals(DrmModifier.INVALID, frame.modifier());
        assertFalse(frame.hasRows());
    }

    @Test
    void figuresThatTheOlderFormLetsPassNeedNotMakeAFrame() {
        assertEquals(Optional.empty(), BufferDescription.ofSize(4096).picture(4, 4, 15, XR24).modifier(0).build().frame());
        assertEquals(Optional.empty(), BufferDescription.ofSize(50).picture(4, 4, 16, XR24).modifier(0).build().frame());
        assertEquals(Optional.empty(), BufferDescription.ofSize(4096)
                .picture(4, 4, 16, DrmFormat.NV12.fourcc()).modifier(0).build().frame());
    }

    @Test
    void frameThatDoesNotFitIsRefusedByPlaneAndRow() {
        FrameDescription nv12 = FrameDescription.packed(DrmFormat.NV12, 64, 4);
        assertEquals("plane 1 of NV12 64x4, stride 64 + 64 at 256 does not fit: row 1 of 2 ends with byte 384, the buffer has 383",
                refused(BufferDescription.ofSize(383).frame(nv12)));
        DrmModifier tiled = new DrmModifier(1);
        assertTrue(refused(BufferDescription.ofSize(4096)
                .frame(new FrameDescription(DrmFormat.R8, tiled, 1, 1, List.of(new FramePlane(0, 1L << 31))))).contains("2147483648"));
        assertTrue(refused(BufferDescription.ofSize(4096)
                .frame(new FrameDescription(DrmFormat.R8, tiled, 1, 1, List.of(new FramePlane(8, 0))))).contains("stride 0"));
    }

    @Test
    void contentIsPartOfTheBuffer() {
        assertEquals(4096, BufferDescription.ofSize(4096).build().content());
        BufferDescription description = BufferDescription.ofSize(4096).content(1).build();
        assertEquals(1, description.content());
        assertEquals("1 of 4096 bytes, unknown, needs sync", description.toString());
        assertEquals("the content is 0 of 4096 bytes", refused(BufferDescription.ofSize(4096).content(0)));
        assertEquals("the content is 4097 of 4096 bytes", refused(BufferDescription.ofSize(4096).content(4097)));
        assertTrue(refused(BufferDescription.ofSize(1L << 33).content(1)).startsWith("the content is 1 of"));
        assertNotEquals(description, BufferDescription.ofSize(4096).build());
    }

    @Test
    void equalIsWhatSaysTheSame() {
        BufferDescription one = BufferDescription.ofSize(4096).name("a").picture(1, 1, 4, XR24).modifier(0).build();
        assertEquals(one, BufferDescription.ofSize(4096).name("a").picture(1, 1, 4, XR24).modifier(0).build());
        assertEquals(one.hashCode(), BufferDescription.ofSize(4096).name("a").picture(1, 1, 4, XR24).modifier(0).build().hashCode());
        assertNotEquals(one, BufferDescription.ofSize(4096).name("a").picture(1, 1, 4, XR24).build());
    }

    @Test
    void bufferDescribesItself() {
        try (Bench bench = new Bench(); DmaBuf buffer = bench.simulated(2)) {
            buffer.rename("two\nlines");
            BufferDescription description = BufferDescription.of(buffer).build();
            assertEquals("two?lines", description.name());
            assertEquals(2 * Bench.PAGE, description.size());
            assertEquals(buffer.policy(), description.policy());
        }
    }
}
