package dmabuf.shell.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.BufferSource;
import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.MappingMode;
import dmabuf.api.MmapPolicy;
import dmabuf.api.Placement;
import dmabuf.fd.Errno;
import dmabuf.fd.KernelKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Exporters whose buffers are ordinary memory, whatever they claim. */
class PolicyCheckTest {

    private final AtomicInteger open = new AtomicInteger();
    private final List<ExportRequest> requests = new ArrayList<>();

    @AfterEach
    void nothingIsLeftOpen() {
        assertEquals(0, open.get());
    }

    private record FakeSource(ExporterProperties properties, Function<ExportRequest, DmaBuf> driver) implements BufferSource {
        @Override
        public DmaBuf export(ExportRequest request) {
            return driver.apply(request);
        }
    }

    private static ExporterProperties.Builder exporter(KernelKind kernel) {
        return ExporterProperties.builder("fake", "/dev/fake", kernel).mmap(true).maxSize((1 << 20) + 5);
    }

    private static MappingMode mode(String name, Caching caching) {
        return new MappingMode(name, MmapPolicy.mappable(caching));
    }

    private FakeSource source(ExporterProperties.Builder properties, Function<ExportRequest, List<MappingMode>> modes) {
        return new FakeSource(properties.build(), request -> {
            requests.add(request);
            return FakeBuffer.of(request.size(), modes.apply(request), open);
        });
    }

    private static List<Measurement> check(BufferSource source, Processor processor) {
        return new PolicyCheck(BandwidthProbe::new, processor).run(List.of(source));
    }

    private static List<String> conclusions(List<Measurement> all) {
        return all.stream().map(one -> one.mode() + " " + one.claim().property() + " " + one.conclusion().verdict().words()).toList();
    }

    @Test
    void everyModeIsHeldAgainstItsOwnClaim() {
        List<Measurement> all = check(
                source(exporter(KernelKind.LINUX).caching(Caching.CACHED), request -> List.of(
                        mode("dma-buf", Caching.CACHED), mode("wc", Caching.WRITE_COMBINED), mode("what", Caching.UNKNOWN))),
                Processor.REAL);
        assertEquals(List.of("dma-buf cached plausible", "wc write-combined implausible", "what unknown no claim"), conclusions(all));
        assertEquals(List.of(false, true, false), all.stream().map(Measurement::isImplausible).toList());
        assertEquals(List.of(Caching.CACHED), all.get(2).conclusion().suggested());
        assertEquals(1, requests.size(), "one buffer serves all modes");
        assertEquals(1 << 20, requests.getFirst().size(), "whole pages up to the exporter's limit");
        assertEquals(1 << 20, all.getFirst().size());
    }

    @Test
    void emulatedProcessorIsNamedAsTheReason() {
        Measurement one = check(
                source(exporter(KernelKind.LINUX).caching(Caching.WRITE_COMBINED), request ->
                        List.of(mode("dma-buf", Caching.WRITE_COMBINED))),
                Processor.EMULATED).getFirst();
        assertEquals(Verdict.CANNOT_TELL, one.conclusion().verdict());
        assertEquals(
                "fake on /dev/fake, mode dma-buf, system memory: this is an emulated processor, on which every mapping is equally fast",
                MeasurementText.notes(List.of(one)).getFirst());
    }

    @Test
    void reasonThatManyShareIsGivenOnce() {
        List<Measurement> all = check(
                source(exporter(KernelKind.LINUX).caching(Caching.CACHED), request ->
                        List.of(mode("dma-buf", Caching.CACHED), mode("wc", Caching.WRITE_COMBINED))),
                Processor.EMULATED);
        List<String> notes = MeasurementText.notes(all);
        assertEquals("cannot tell: this is an emulated processor, on which every mapping is equally fast", notes.getFirst());
        assertEquals(2, notes.size(), notes::toString);
    }

    @Test
    void simulatedDeviceIsNotMeasured() {
        Measurement one = check(
                source(exporter(KernelKind.SIMULATED).caching(Caching.UNCACHED), request -> List.of(mode("dma-buf", Caching.UNCACHED))),
                Processor.REAL).getFirst();
        assertNull(one.measured());
        assertEquals(
                List.of("fake", "/dev/fake", "dma-buf", "system", "uncached", "-", "-", "simulated: nothing to measure"),
                MeasurementText.cells(one));
        assertEquals(List.of(), MeasurementText.notes(List.of(one)));
        assertNull(MeasurementText.json(one).get("measured"));
    }

    @Test
    void everyPlaceAndEveryAttributeThatHasToBeAskedForIsFound() {
        List<Measurement> all = check(
                source(exporter(KernelKind.SIMULATED).caching(Caching.CACHED, Caching.WRITE_COMBINED, Caching.UNCACHED)
                                .placement(Placement.SYSTEM, Placement.DEVICE),
                        request -> List.of(request.caching().isEmpty()
                                ? mode("dma-buf", request.placement().orElseThrow() == Placement.DEVICE
                                        ? Caching.WRITE_COMBINED
                                        : Caching.CACHED)
                                : mode("dma-buf", request.caching().getFirst()))),
                Processor.REAL);
        assertEquals(
                List.of("system cached", "device write-combined", " uncached"),
                all.stream().map(one -> one.placement() + " " + one.claim().property()).toList());
        assertEquals(List.of(Caching.UNCACHED), requests.getLast().caching());
    }

    @Test
    void readOnlyBufferIsOnlyRead() {
        Measurement one = check(
                source(exporter(KernelKind.LINUX).caching(Caching.CACHED), request -> List.of(
                        new MappingMode("dma-buf", MmapPolicy.mappable(Caching.CACHED).withAccess(Access.READ)))),
                Processor.REAL).getFirst();
        assertEquals(Verdict.PLAUSIBLE, one.conclusion().verdict());
        assertEquals("-", MeasurementText.cells(one).get(6));
    }

    @Test
    void whatCannotBeMappedIsNotTried() {
        List<Measurement> exporterOfNone =
                check(new FakeSource(ExporterProperties.builder("fake", "/dev/fake", KernelKind.LINUX).build(), request -> {
                    throw new AssertionError("asked for a buffer");
                }), Processor.REAL);
        assertEquals(List.of(" unknown not mappable"), conclusions(exporterOfNone));
        List<Measurement> bufferOfNone = check(
                source(exporter(KernelKind.LINUX), request -> List.of(new MappingMode("dma-buf", MmapPolicy.notMappable()))),
                Processor.REAL);
        assertEquals(List.of("dma-buf unknown not mappable"), conclusions(bufferOfNone));
    }

    @Test
    void exporterThatRefusesIsReportedAndTheNextOneMeasured() {
        FakeSource refusing = new FakeSource(exporter(KernelKind.LINUX).caching(Caching.CACHED).build(), request -> {
            throw new DmaBufException(Errno.EACCES, "open", "/dev/fake");
        });
        FakeSource good = source(exporter(KernelKind.LINUX).caching(Caching.CACHED), request -> List.of(mode("wb", Caching.CACHED)));
        List<Measurement> all = new PolicyCheck(BandwidthProbe::new, Processor.REAL).run(List.of(refusing, good));
        assertEquals(List.of(" cached cannot tell", "wb cached plausible"), conclusions(all));
        assertTrue(MeasurementText.notes(all).getFirst().contains("open(/dev/fake) failed: EACCES"), MeasurementText.notes(all)::toString);
        assertTrue(MeasurementText.notes(all).getLast().startsWith("READ and WRITE: "), MeasurementText.notes(all)::toString);
    }

    @Test
    void rowsAndDetailsAndObjectsSayTheSame() {
        CachingVerdict conclusion = CachingVerdict.of(Caching.CACHED, new Bandwidth.Ratios(0.004, 0.003, 1.2), Processor.REAL);
        Measurement one = new Measurement(
                exporter(KernelKind.LINUX).build(), "device", "wc", Caching.CACHED, 4096,
                new Bandwidth(4e7, 3e7, 9.6e9), new Bandwidth(1e10, 1e10, 8e9), conclusion);
        assertEquals(
                "fake       /dev/fake            wc       device cached         0.0040 1.2    implausible", MeasurementText.line(one));
        assertEquals("""
                exporter    fake
                device      /dev/fake
                kernel      linux
                mode        wc
                placement   device
                claim       cached
                verdict     implausible
                reason      it is read 0.0040 as fast as plain memory, and written 1.2, as if it were write-combined
                suggested   [write-combined]
                size        4096
                measured    {readBytesPerSecond=40000000, stridedBytesPerSecond=30000000, writtenBytesPerSecond=9600000000}
                plain       {readBytesPerSecond=10000000000, stridedBytesPerSecond=10000000000, writtenBytesPerSecond=8000000000}\
                """, MeasurementText.detail(one));
        assertEquals("fake on /dev/fake, mode wc, device memory", one.toString());
    }
}
