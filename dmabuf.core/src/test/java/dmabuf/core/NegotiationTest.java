package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.ExporterProperties;
import dmabuf.api.ImporterDevice;
import dmabuf.api.ImporterRefusal;
import dmabuf.api.MmapPolicy;
import dmabuf.api.NegotiatedBuffer;
import dmabuf.api.Negotiation;
import dmabuf.api.NegotiationException;
import dmabuf.api.NoSourceException;
import dmabuf.api.Requirements;
import dmabuf.fd.Errno;
import dmabuf.fd.KernelKind;
import dmabuf.frame.DrmFormat;
import dmabuf.frame.DrmModifier;
import dmabuf.frame.FrameDescription;
import dmabuf.frame.FrameFormat;
import dmabuf.frame.FrameFormats;
import dmabuf.frame.FramePlane;
import dmabuf.linux.TestUdmabuf;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several importers, one buffer: or the reason why not, and nothing left open in either case. */
class NegotiationTest {

    private static final DrmModifier X_TILED = new DrmModifier(0x0100000000000001L);

    private final Rig rig = new Rig();

    @AfterEach
    void nothingIsLeftOpen() {
        assertEquals(List.of(), rig.core.census());
        rig.close();
    }

    private static ExporterProperties.Builder properties(String name) {
        return TestExporter.properties(name).toBuilder();
    }

    private NegotiationException refused(Negotiation negotiation) {
        return assertThrows(NegotiationException.class, () -> rig.core.negotiate(negotiation));
    }

    private static List<String> lines(NegotiationException refused) {
        return refused.refusals().stream().map(ImporterRefusal::toString).toList();
    }

    private static Requirements formats(DrmFormat first, DrmFormat... others) {
        return Requirements.none().formats(FrameFormats.linear(first, others));
    }

    @Test
    void frameSuitsEveryImporterAndTheExporter() {
        rig.add(properties("one").strideAlignment(128).build(), 0);
        Negotiation picture = Negotiation.ofFrame(100, 10)
                .withName("picture")
                .importer("camera", formats(DrmFormat.YUYV, DrmFormat.NV12).strideAlignment(64))
                .importer("display", formats(DrmFormat.XRGB8888, DrmFormat.NV12).strideAlignment(16))
                .importer("viewer", Requirements.none().cachedReads().access(Access.READ));
        try (NegotiatedBuffer shared = rig.core.negotiate(picture)) {
            FrameDescription frame = shared.frame().orElseThrow();
            assertEquals(DrmFormat.NV12, frame.format());
            assertEquals(List.of(new FramePlane(0, 128), new FramePlane(1280, 128)), frame.planes());
            assertEquals(Optional.of(new FrameFormat(DrmFormat.NV12, DrmModifier.LINEAR)), shared.format());
            assertTrue(shared.buffer().size() >= 1280 + 640, shared::toString);
            frame.requireFits(shared.buffer().size());
            assertEquals("picture", shared.buffer().name());
            assertEquals(List.of(), shared.refusals());
            assertEquals(shared.buffer().size() + " bytes of one on /dev/one generation 1, " + frame, shared.toString());
        }
    }

    @Test
    void sizeThatOneImporterNeedsCounts() {
        rig.add("one");
        Negotiation frame = Negotiation.ofFrame(1, 1).importer("a", formats(DrmFormat.R8).size(2 * PAGE));
        try (NegotiatedBuffer shared = rig.core.negotiate(frame)) {
            assertEquals(2 * PAGE, shared.buffer().size());
        }
        try (NegotiatedBuffer shared = rig.core.negotiate(Negotiation.ofSize(1).importer("a", Requirements.none()))) {
            assertEquals(PAGE, shared.buffer().size(), "the tail of a page could not be mapped");
        }
        try (NegotiatedBuffer shared = rig.core.negotiate(
                Negotiation.ofSize(PAGE).importer("a", Requirements.none().size(3 * PAGE)).importer("b", Requirements.none()))) {
            assertEquals(3 * PAGE, shared.buffer().size());
            assertEquals(Optional.empty(), shared.frame());
            assertEquals(Optional.empty(), shared.format());
        }
    }

    @Test
    void bufferOfASizeIsOfALayoutThatAllKnow() {
        rig.add(properties("plain").build(), 10);
        rig.add(properties("gpu").modifiers(X_TILED, DrmModifier.LINEAR).build(), 0);
        FrameFormats tiled = FrameFormats.of(DrmFormat.XRGB8888, DrmModifier.INVALID, X_TILED);
        Negotiation negotiation = Negotiation.ofSize(PAGE)
                .importer("render", Requirements.none().formats(tiled.or(DrmFormat.NV12, X_TILED)))
                .importer("display", Requirements.none().formats(tiled));
        try (NegotiatedBuffer shared = rig.core.negotiate(negotiation)) {
            assertEquals(Optional.of(new FrameFormat(DrmFormat.XRGB8888, X_TILED)), shared.format());
            assertEquals(Optional.empty(), shared.frame());
            assertTrue(shared.toString().endsWith("intel:0x100000000000001 XRGB8888"), shared::toString);
            assertEquals("plain on /dev/plain generation 1, for render: its frames are linear, needed is implicit XRGB8888 or "
                    + "intel:0x100000000000001 XRGB8888 or intel:0x100000000000001 NV12", shared.refusals().getFirst().toString());
        }
    }

    @Test
    void contradictionIsFoundBeforeAnybodyIsAsked() {
        rig.add("one");
        NegotiationException refused = refused(Negotiation.ofSize(PAGE)
                .importer("camera", Requirements.none().cachedReads())
                .importer("display", Requirements.none().caching(Caching.WRITE_COMBINED)));
        assertEquals(Errno.EINVAL, refused.errno());
        assertEquals("[caching: camera needs cached, display needs write-combined]", refused.contradictions().toString());
        assertTrue(refused.getMessage().startsWith("negotiate(4096 bytes for camera, display) failed: EINVAL"), refused.getMessage());
        assertEquals(0, rig.exporter.calls.get());
    }

    @Test
    void everySourceIsExplained() {
        rig.add(properties("scattered").build(), 3);
        rig.add(properties("small").contiguous(true).maxSize(PAGE).build(), 2);
        rig.add(ExporterProperties.builder("blind", "/dev/blind", KernelKind.LINUX).contiguous(true).build(), 1);
        NegotiationException refused = refused(Negotiation.ofFrame(64, 64)
                .importer("camera", formats(DrmFormat.XRGB8888).contiguous())
                .importer("viewer", formats(DrmFormat.XRGB8888, DrmFormat.RGB565).cachedReads()));
        assertEquals(Errno.ENODEV, refused.errno());
        assertEquals(
                List.of("scattered on /dev/scattered generation 1, for camera: its buffers need not be one physical stretch",
                        "small on /dev/small generation 1: its limit is 4096 bytes, needed are 16384",
                        "blind on /dev/blind generation 1, for viewer: its buffers cannot be mapped by the CPU"),
                lines(refused));
        assertEquals(0, rig.exporter.calls.get());
    }

    @Test
    void sourceThatSuitsEachAloneIsRefusedForAllTogether() {
        rig.add(properties("either").caching(Caching.CACHED, Caching.UNCACHED).build(), 0);
        NegotiationException refused = refused(Negotiation.ofSize(PAGE)
                .importer("a", Requirements.none().caching(Caching.CACHED, Caching.WRITE_COMBINED))
                .importer("b", Requirements.none().caching(Caching.UNCACHED, Caching.WRITE_COMBINED)));
        assertEquals(
                List.of("either on /dev/either generation 1: caching is cached or uncached, needed is write-combined"), lines(refused));
    }

    @Test
    void sourceWithoutALinearLayoutIsRefusedForAFrame() {
        rig.add(ExporterProperties.builder("gpu", "/dev/gpu", KernelKind.LINUX).modifiers(X_TILED).build(), 0);
        FrameFormats both = FrameFormats.of(DrmFormat.XRGB8888, X_TILED, DrmModifier.LINEAR);
        NegotiationException refused = refused(Negotiation.ofFrame(8, 8).importer("a", Requirements.none().formats(both)));
        assertEquals(
                List.of("gpu on /dev/gpu generation 1: its frames are intel:0x100000000000001, and only linear ones can be laid out here"),
                lines(refused));
    }

    @Test
    void frameThatNoBufferHoldsIsExplained() {
        rig.add("one");
        int most = Integer.MAX_VALUE;
        NegotiationException refused =
                refused(Negotiation.ofFrame(most, most).importer("a", formats(DrmFormat.XRGB8888).strideAlignment(1 << 30)));
        assertTrue(refused.getMessage().contains("is larger than any buffer"), refused.getMessage());
        assertEquals(0, rig.exporter.calls.get());
    }

    @Test
    void nobodyThereIsSaidInWords() {
        NegotiationException refused = refused(Negotiation.ofSize(PAGE).importer("a", Requirements.none()));
        assertTrue(refused.getMessage().endsWith("no exporter is registered"), refused.getMessage());
    }

    @ParameterizedTest
    @EnumSource(names = {"ENOMEM", "EACCES", "ENOENT", "ENODEV", "ENXIO", "EIO", "EINVAL", "EBUSY", "ENOSPC"})
    void nextSourceIsAskedWhateverThisOneFailsWith(Errno errno) {
        rig.core.add(request -> {
            throw new DmaBufException(errno, "open", "/dev/bad");
        }, TestExporter.properties("bad"), 1);
        rig.add("good");
        try (NegotiatedBuffer shared = rig.core.negotiate(Negotiation.ofSize(PAGE).importer("a", Requirements.none()))) {
            assertEquals("good on /dev/good generation 1", shared.buffer().origin());
            assertEquals(1, shared.refusals().size());
            assertTrue(shared.refusals().getFirst().reason().contains(errno.toString()), shared.refusals()::toString);
        }
    }

    @Test
    void whenAllFailEachSaysWhy() {
        for (Errno errno : List.of(Errno.ENOMEM, Errno.EACCES)) {
            rig.add(errno.name(), request -> {
                throw new DmaBufException(errno, "open", "/dev/" + errno);
            });
        }
        rig.add("broken", request -> {
            throw new IllegalStateException("oops");
        });
        NegotiationException refused = refused(Negotiation.ofSize(PAGE).importer("a", Requirements.none()));
        assertEquals(List.of("ENOMEM on /dev/ENOMEM generation 1: open(/dev/ENOMEM) failed: ENOMEM (Cannot allocate memory)",
                "EACCES on /dev/EACCES generation 1: open(/dev/EACCES) failed: EACCES (Permission denied)"), lines(refused).subList(0, 2));
        assertTrue(lines(refused).get(2).contains("oops"), lines(refused)::toString);
        assertEquals(Errno.ENODEV, refused.errno());
    }

    @Test
    void realOneIsPreferredAndThenWhatIsWantedMore() {
        rig.add(properties("cached").build(), 5);
        rig.add(ExporterProperties.builder("wc", "/dev/wc", KernelKind.LINUX).mmap(true).caching(Caching.WRITE_COMBINED).build(), 0);
        rig.add(TestExporter.properties("simulated", KernelKind.SIMULATED), 9);
        Negotiation writer = Negotiation.ofSize(PAGE).importer("a", Requirements.none().streamingWrites());
        try (NegotiatedBuffer shared = rig.core.negotiate(writer)) {
            assertEquals("wc on /dev/wc generation 1", shared.buffer().origin());
        }
        try (NegotiatedBuffer shared = rig.core.negotiate(writer.importer("b", Requirements.none().cachedReads()))) {
            assertEquals("cached on /dev/cached generation 1", shared.buffer().origin());
            assertEquals(List.of("wc on /dev/wc generation 1, for b: caching is write-combined, needed is cached"),
                    shared.refusals().stream().map(ImporterRefusal::toString).toList());
        }
    }

    /** An exporter whose buffers are not what its properties promise. */
    private Exporter liar(long size, MmapPolicy policy) {
        return request -> ExportedBuffer.builder(TestUdmabuf.create(rig.kernel, size), size, policy).build();
    }

    @Test
    void bufferThatIsNotWhatWasPromisedIsGivenBack() {
        rig.core.add(liar(PAGE, MmapPolicy.mappable(Caching.CACHED).withAccess(Access.READ)), TestExporter.properties("readonly"), 4);
        rig.core.add(liar(PAGE, MmapPolicy.notMappable()), TestExporter.properties("blind"), 3);
        rig.core.add(liar(2 * PAGE, MmapPolicy.mappable(Caching.CACHED)), TestExporter.properties("larger"), 0);
        rig.core.add(liar(PAGE / 2 * 2, MmapPolicy.mappable(Caching.CACHED)), TestExporter.properties("smaller"), 2);
        Negotiation negotiation = Negotiation.ofSize(2 * PAGE)
                .importer("reader", Requirements.none().access(Access.READ))
                .importer("writer", Requirements.none().access(Access.WRITE));
        try (NegotiatedBuffer shared = rig.core.negotiate(negotiation)) {
            assertEquals("larger on /dev/larger generation 1", shared.buffer().origin());
            assertEquals(
                    List.of("readonly on /dev/readonly generation 1, for writer: its buffer permits read, needed is write",
                            "blind on /dev/blind generation 1, for reader: its buffer cannot be mapped by the CPU",
                            "blind on /dev/blind generation 1, for writer: its buffer cannot be mapped by the CPU",
                            "smaller on /dev/smaller generation 1: its buffer has 4096 bytes, needed are 8192"),
                    shared.refusals().stream().map(ImporterRefusal::toString).toList());
            assertEquals(1, rig.core.census().size(), "the others were given back");
        }
    }

    @Test
    void selectionTooGivesBackWhatWasNotPromised() {
        rig.core.add(liar(PAGE, MmapPolicy.mappable(Caching.CACHED).withAccess(Access.READ)), TestExporter.properties("readonly"), 0);
        rig.core.add(liar(PAGE, MmapPolicy.notMappable()), TestExporter.properties("blind"), 0);
        NoSourceException refused = assertThrows(
                NoSourceException.class,
                () -> rig.core.export(Requirements.none().access(Access.WRITE), ExportRequest.ofSize(PAGE)));
        assertTrue(refused.getMessage().contains("its buffer permits read, needed is write"), refused.getMessage());
        assertTrue(refused.getMessage().contains("its buffer cannot be mapped"), refused.getMessage());
    }

    @Test
    void importedBufferCanBeHeldAgainstWhatIsNeeded() {
        rig.add("one");
        try (NegotiatedBuffer shared = rig.core.negotiate(Negotiation.ofSize(PAGE));
                DmaBuf imported = rig.core.importFd(shared.buffer().fd())) {
            assertEquals(Optional.empty(), Requirements.none().cachedReads().refuse(shared.buffer()));
            assertEquals(Optional.of("its buffer is unknown, needed is cached"), Requirements.none().cachedReads().refuse(imported));
            assertEquals(Optional.of("its buffer has 4096 bytes, needed are 4097"), Requirements.none().size(PAGE + 1).refuse(imported));
            assertEquals(Optional.empty(), Requirements.none().attach(ImporterDevice.named("a")).refuse(imported));
        }
    }

    @Test
    void successorOfASourceThatLeavesMeanwhileIsACandidate() {
        List<ExporterRegistration> first = new ArrayList<>();
        first.add(rig.add("one", request -> {
            first.getFirst().close();
            rig.add("one");
            throw new DmaBufException(Errno.ENODEV, "open", "/dev/one");
        }));
        try (NegotiatedBuffer shared = rig.core.negotiate(Negotiation.ofSize(PAGE).importer("a", Requirements.none()))) {
            assertEquals("one on /dev/one generation 2", shared.buffer().origin());
        }
    }

    @Test
    void sourceThatFailedAndLeftIsExplainedAllTheSame() {
        List<ExporterRegistration> only = new ArrayList<>();
        only.add(rig.add("one", request -> {
            only.getFirst().close();
            throw new DmaBufException(Errno.ENXIO, "open", "/dev/one");
        }));
        NegotiationException refused = refused(Negotiation.ofSize(PAGE).importer("a", Requirements.none()));
        assertEquals(List.of("one on /dev/one generation 1: open(/dev/one) failed: ENXIO (No such device or address)"), lines(refused));
    }

    @Test
    void orderOfTheImportersDoesNotMatter() {
        rig.add("one");
        Requirements camera = formats(DrmFormat.YUYV, DrmFormat.RGB565, DrmFormat.NV12).strideAlignment(64);
        Requirements display = formats(DrmFormat.NV12, DrmFormat.RGB565, DrmFormat.YUYV).strideAlignment(16);
        Negotiation start = Negotiation.ofFrame(50, 20);
        try (NegotiatedBuffer one = rig.core.negotiate(start.importer("camera", camera).importer("display", display));
                NegotiatedBuffer other = rig.core.negotiate(start.importer("display", display).importer("camera", camera))) {
            assertEquals(one.frame(), other.frame());
        }
    }

    @Test
    void coreThatHasStoppedNegotiatesNothing() {
        rig.core.close();
        ExporterGoneException gone = assertThrows(
                ExporterGoneException.class, () -> rig.core.negotiate(Negotiation.ofSize(1).importer("a", Requirements.none())));
        assertTrue(gone.getMessage().contains("stopped"), gone.getMessage());
    }
}
