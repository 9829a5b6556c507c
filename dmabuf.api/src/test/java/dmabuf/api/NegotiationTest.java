package dmabuf.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Errno;
import dmabuf.fd.KernelKind;
import dmabuf.frame.DrmFormat;
import dmabuf.frame.DrmModifier;
import dmabuf.frame.FrameFormat;
import dmabuf.frame.FrameFormats;
import java.util.List;
import org.junit.jupiter.api.Test;

class NegotiationTest {

    private static final DrmModifier X_TILED = new DrmModifier(0x0100000000000001L);

    private static Negotiation between(Negotiation start, Requirements camera, Requirements display) {
        return start.importer("camera", camera).importer("display", display);
    }

    private static List<String> contradictions(Requirements camera, Requirements display) {
        return between(Negotiation.ofSize(4096), camera, display).contradictions().stream().map(Contradiction::toString).toList();
    }

    private static Requirements formats(FrameFormats formats) {
        return Requirements.none().formats(formats);
    }

    @Test
    void contradictionSaysWhoNeedsWhat() {
        Requirements none = Requirements.none();
        assertEquals(List.of("exporter: camera needs udmabuf, display needs i915"),
                contradictions(none.exporter("udmabuf"), none.exporter("i915")));
        assertEquals(List.of("device: camera needs /dev/a, display needs /dev/b"), contradictions(none.device("/dev/a"), none.device("/dev/b")));
        assertEquals(List.of("kernel: camera needs linux, display needs simulated"),
                contradictions(none.kernel(KernelKind.LINUX), none.kernel(KernelKind.SIMULATED)));
        assertEquals(List.of("placement: camera needs system, display needs device"),
                contradictions(none.placement(Placement.SYSTEM), none.placement(Placement.DEVICE)));
        assertEquals(List.of("caching: camera needs cached, display needs write-combined or uncached"),
                contradictions(none.cachedReads(), none.caching(Caching.WRITE_COMBINED, Caching.UNCACHED)));
        assertEquals(List.of("formats: camera needs linear NV12, display needs linear XRGB8888 or linear ARGB8888"),
                contradictions(formats(FrameFormats.linear(DrmFormat.NV12)),
                        formats(FrameFormats.linear(DrmFormat.XRGB8888, DrmFormat.ARGB8888))));
    }

    @Test
    void allContradictionsAreFound() {
        List<String> found = contradictions(Requirements.none().cachedReads().exporter("a"),
                Requirements.none().caching(Caching.UNCACHED).exporter("b"));
        assertEquals(2, found.size());
    }

    @Test
    void threeCanContradictWhereAnyTwoAgree() {
        Negotiation three = Negotiation.ofSize(1)
                .importer("a", Requirements.none().caching(Caching.CACHED, Caching.UNCACHED))
                .importer("b", Requirements.none().caching(Caching.UNCACHED, Caching.WRITE_COMBINED))
                .importer("c", Requirements.none().caching(Caching.WRITE_COMBINED, Caching.CACHED))
                .importer("d", Requirements.none().mmap());
        assertEquals(
                "[caching: a needs cached or uncached, b needs uncached or write-combined, c needs write-combined or cached]",
                three.contradictions().toString());
    }

    @Test
    void agreementIsNoContradiction() {
        Requirements camera = Requirements.none().caching(Caching.CACHED, Caching.UNCACHED).exporter("udmabuf");
        assertEquals(List.of(), contradictions(camera, Requirements.none().caching(Caching.UNCACHED).exporter("udmabuf")));
        assertEquals(List.of(), Negotiation.ofSize(1).contradictions());
        Negotiation frame = between(Negotiation.ofFrame(8, 8),
                formats(FrameFormats.linear(DrmFormat.XRGB8888, DrmFormat.NV12)),
                formats(FrameFormats.of(DrmFormat.NV12, X_TILED, DrmModifier.LINEAR)));
        assertEquals(List.of(), frame.contradictions());
        assertEquals(List.of(new FrameFormat(DrmFormat.NV12, DrmModifier.LINEAR)), frame.formats());
    }

    @Test
    void implicitLayoutIsNotAgreedOn() {
        FrameFormats implicit = FrameFormats.of(DrmFormat.XRGB8888, DrmModifier.INVALID);
        List<String> found = contradictions(formats(implicit), formats(implicit));
        assertEquals(List.of("formats: camera needs implicit XRGB8888, display needs implicit XRGB8888, "
                + "but a layout that is implicit is neither linear nor the same for two devices"), found);
        assertEquals(found, contradictions(formats(implicit), formats(implicit)));
        assertEquals(1, contradictions(formats(implicit), formats(FrameFormats.linear(DrmFormat.XRGB8888))).size());
        Negotiation alone = Negotiation.ofSize(1).importer("camera", formats(implicit));
        assertEquals(1, alone.contradictions().size(), "the exporter's device is another one");
        assertEquals(List.of(), contradictions(formats(implicit.or(DrmFormat.XRGB8888, DrmModifier.LINEAR)),
                formats(FrameFormats.linear(DrmFormat.XRGB8888))));
    }

    @Test
    void frameNeedsAFormatThatCanBeLaidOut() {
        FrameFormats tiled = FrameFormats.of(DrmFormat.XRGB8888, X_TILED);
        Negotiation frame = between(Negotiation.ofFrame(8, 8), formats(tiled), formats(tiled));
        assertTrue(frame.contradictions().toString().contains("negotiate by size"), frame.contradictions()::toString);
        assertEquals(List.of(), contradictions(formats(tiled), formats(tiled)));
        FrameFormats unknown = FrameFormats.linear(DrmFormat.of("VUY8"));
        assertEquals(1, between(Negotiation.ofFrame(8, 8), formats(unknown), formats(unknown)).contradictions().size());
        assertEquals("[formats: nobody says in which format the frame shall be]",
                between(Negotiation.ofFrame(8, 8), Requirements.none(), Requirements.none()).contradictions().toString());
    }

    @Test
    void wordsSayWhatIsNegotiated() {
        assertEquals("4096 bytes for camera, display", between(Negotiation.ofSize(4096), Requirements.none(), Requirements.none()).toString());
        assertEquals("\"frame\" 8x4 for nobody", Negotiation.ofFrame(8, 4).withName("frame").toString());
    }

    @Test
    void wrongFiguresAndNamesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Negotiation.ofSize(0));
        assertThrows(IllegalArgumentException.class, () -> Negotiation.ofFrame(0, 1));
        assertThrows(IllegalArgumentException.class, () -> Negotiation.ofFrame(1, -1));
        Negotiation one = Negotiation.ofSize(1).importer("camera", Requirements.none());
        assertThrows(IllegalArgumentException.class, () -> one.importer("camera", Requirements.none()));
        assertThrows(IllegalArgumentException.class, () -> one.importer("", Requirements.none()));
        assertThrows(NullPointerException.class, () -> one.importer("display", null));
    }

    @Test
    void refinementLeavesTheOriginal() {
        Negotiation one = Negotiation.ofSize(1);
        one.importer("camera", Requirements.none());
        assertEquals(0, one.importers().size());
        assertThrows(UnsupportedOperationException.class, () -> one.importers().put("x", Requirements.none()));
    }

    @Test
    void exceptionCarriesTheExplanation() {
        Negotiation negotiation = Negotiation.ofSize(1);
        NegotiationException contradicted =
                NegotiationException.contradicted(negotiation, List.of(new Contradiction("caching", List.of("a needs x", "b needs y"))));
        assertEquals(Errno.EINVAL, contradicted.errno());
        assertEquals("negotiate(1 bytes for nobody) failed: EINVAL (Invalid argument): the importers contradict each other: "
                + "caching: a needs x, b needs y", contradicted.getMessage());
        assertEquals(List.of(), contradicted.refusals());
        NegotiationException refused = NegotiationException.refused(negotiation,
                List.of(new ImporterRefusal("one", "camera", "too small"), new ImporterRefusal("two", "", "ENOMEM")));
        assertEquals(Errno.ENODEV, refused.errno());
        assertEquals("negotiate(1 bytes for nobody) failed: ENODEV (No such device): one, for camera: too small; two: ENOMEM",
                refused.getMessage());
        assertEquals(List.of(), refused.contradictions());
        assertTrue(NegotiationException.refused(negotiation, List.of()).getMessage().endsWith("no exporter is registered"));
    }
}
