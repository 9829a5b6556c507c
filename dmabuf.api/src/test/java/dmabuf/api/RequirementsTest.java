package dmabuf.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.KernelKind;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RequirementsTest {

    private static final ExporterProperties UDMABUF = properties().build();

    private static ExporterProperties.Builder properties() {
        return ExporterProperties.builder("udmabuf", "/dev/udmabuf", KernelKind.LINUX)
                .caching(Caching.CACHED)
                .mmap(true)
                .wrap(true)
                .maxSize(65536);
    }

    @Test
    void nothingIsRequiredOfAnySource() {
        assertEquals(Optional.empty(), Requirements.none().refuse(UDMABUF));
        assertEquals(
                Optional.empty(),
                Requirements.none().refuse(ExporterProperties.builder("x", "/dev/x", KernelKind.SIMULATED).build()));
        assertEquals("anything", Requirements.none().toString());
    }

    static Stream<Arguments> refusals() {
        ExporterProperties blind = properties().mmap(false).build();
        ExporterProperties fixed = properties().wrap(false).build();
        ExporterProperties simulated = ExporterProperties.builder("udmabuf", "/dev/udmabuf", KernelKind.SIMULATED)
                .mmap(true)
                .caching(Caching.CACHED)
                .build();
        ExporterProperties silent = ExporterProperties.builder("vfio", "/dev/vfio/1", KernelKind.LINUX).mmap(true).build();
        return Stream.of(
                refused(all -> all.exporter("i915"), UDMABUF, "exporter is udmabuf, needed is i915"),
                refused(all -> all.device("/dev/dri/renderD128"), UDMABUF, "device is /dev/udmabuf, needed is /dev/dri/renderD128"),
                refused(all -> all.kernel(KernelKind.SIMULATED), UDMABUF, "kernel is linux, needed is simulated"),
                refused(all -> all.kernel(KernelKind.LINUX), simulated, "kernel is simulated, needed is linux"),
                refused(all -> all.device("/dev/udmabuf"), simulated,
                        "the device is simulated, and a request that names a device means the real one"),
                refused(Requirements::mmap, blind, "its buffers cannot be mapped by the CPU"),
                refused(all -> all.caching(Caching.CACHED), blind, "its buffers cannot be mapped by the CPU"),
                refused(all -> all.caching(Caching.UNCACHED, Caching.WRITE_COMBINED), UDMABUF,
                        "caching is cached, needed is uncached or write-combined"),
                refused(all -> all.caching(Caching.CACHED), silent, "caching is unknown, needed is cached"),
                refused(Requirements::contiguous, UDMABUF, "its buffers need not be one physical stretch"),
                refused(Requirements::wrap, fixed, "it cannot make a buffer of existing memory"),
                refused(all -> all.size(65537), UDMABUF, "its limit is 65536 bytes, needed are 65537"),
                refused(all -> all.caching(Caching.CACHED).caching(Caching.UNCACHED), UDMABUF,
                        "caching is cached, needed is nothing that all importers agree on"));
    }

    private static Arguments refused(UnaryOperator<Requirements> refinement, ExporterProperties source, String reason) {
        return Arguments.of(refinement, source, reason);
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("refusals")
    void refusalNamesWhatThereIsAndWhatIsNeeded(UnaryOperator<Requirements> refinement, ExporterProperties source, String reason) {
        assertEquals(Optional.of(reason), refinement.apply(Requirements.none()).refuse(source));
    }

    @Test
    void whatIsThereIsNotRefused() {
        Requirements all = Requirements.none()
                .exporter("udmabuf")
                .device("/dev/udmabuf")
                .kernel(KernelKind.LINUX)
                .caching(Caching.CACHED, Caching.UNKNOWN)
                .wrap()
                .size(65536);
        assertEquals(Optional.empty(), all.refuse(UDMABUF));
    }

    @Test
    void simulatedDeviceIsMeantWhenTheSimulationIsAskedFor() {
        ExporterProperties simulated =
                ExporterProperties.builder("udmabuf", "/dev/udmabuf", KernelKind.SIMULATED).build();
        Requirements named = Requirements.none().device("/dev/udmabuf").kernel(KernelKind.SIMULATED);
        assertEquals(Optional.empty(), named.refuse(simulated));
    }

    @Test
    void refiningDoesNotChangeWhatWasRefined() {
        Requirements small = Requirements.none().size(1);
        Requirements large = small.size(100_000);
        assertEquals(1, small.size());
        assertEquals(100_000, large.size());
        assertEquals(100_000, large.size(5).size(), "of several sizes the largest counts");
        assertEquals(Optional.empty(), small.refuse(UDMABUF));
    }

    @Test
    void mergedRequirementsAreThoseOfBoth() {
        Requirements camera = Requirements.none().caching(Caching.CACHED, Caching.WRITE_COMBINED).size(100).exporter("udmabuf");
        Requirements display = Requirements.none().caching(Caching.WRITE_COMBINED, Caching.UNCACHED).wrap().size(50);
        Requirements both = camera.and(display);
        assertEquals("exporter udmabuf, mmap write-combined, wraps memory, 100 bytes", both.toString());
        assertEquals(both.toString(), display.and(camera).toString());
        assertTrue(both.refuse(UDMABUF).orElseThrow().startsWith("caching is cached"));
        assertEquals(camera.toString(), camera.and(Requirements.none()).toString());
    }

    @Test
    void importersThatNeedDifferentDriversCannotShare() {
        Requirements one = Requirements.none().exporter("udmabuf").device("/dev/a").kernel(KernelKind.LINUX);
        for (Requirements other : new Requirements[] {
            Requirements.none().exporter("i915"),
            Requirements.none().device("/dev/b"),
            Requirements.none().kernel(KernelKind.SIMULATED)
        }) {
            assertThrows(IllegalArgumentException.class, () -> one.and(other));
            assertThrows(IllegalArgumentException.class, () -> other.and(one));
        }
        assertEquals(one.toString(), one.and(one).toString());
        assertThrows(IllegalArgumentException.class, () -> one.exporter("i915"));
        assertThrows(NullPointerException.class, () -> Requirements.none().exporter(null));
        assertThrows(NullPointerException.class, () -> Requirements.none().device(null));
        assertThrows(NullPointerException.class, () -> Requirements.none().kernel(null));
    }
}
