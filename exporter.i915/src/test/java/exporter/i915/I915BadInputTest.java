package exporter.i915;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.MemoryRange;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Memfd;
import dmabuf.linux.Syscalls;
import dmabuf.linux.drm.DrmIoctl;
import dmabuf.sim.SimulatedGpu;
import dmabuf.spi.ExportedBuffer;
import exporter.i915.uapi.GemCaching;
import exporter.i915.uapi.GemCreate;
import exporter.i915.uapi.GemCreateExt;
import exporter.i915.uapi.GemMmapOffset;
import exporter.i915.uapi.GemSetDomain;
import exporter.i915.uapi.QueryMemoryRegions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be: sizes, devices that are full, gone or another one, a process without descriptors. Nothing leaks on any of the ways. */
class I915BadInputTest extends SimulatedI915 {

    private static final ExportRequest REQUEST = ExportRequest.ofSize(PAGE);

    @ParameterizedTest(name = "{0} bytes become {1}")
    @CsvSource({"1, 4096", "4095, 4096", "4096, 4096", "4097, 8192"})
    void sizeIsRoundedUpToPagesByTheKernel(long asked, long made) {
        assertEquals(made, export(exporterOf(SimulatedGpu.I915_LLC), ExportRequest.ofSize(asked)).size());
    }

    @Test
    void sizeOfTheDevicesMemoryIsRoundedUpToItsLargerPages() {
        assertEquals(65536, export(exporterOf(SimulatedGpu.I915_DISCRETE), ExportRequest.ofSize(PAGE + 1)).size());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void sizeOfNothingIsRefused(long size) {
        DmaBufException e = refused(exporterOf(SimulatedGpu.I915_LLC), ExportRequest.ofSize(size));

        assertEquals(Errno.EINVAL, e.errno());
        assertTrue(e.getMessage().contains("at least one byte") && e.getMessage().contains("size " + size), e.getMessage());
    }

    @ParameterizedTest
    @EnumSource(names = "I915_.*", mode = EnumSource.Mode.MATCH_ALL)
    void sizeBeyondTheDeviceIsRefusedWithWhatThereIs(SimulatedGpu gpu) {
        I915Exporter exporter = exporterOf(gpu);
        long room = exporter.properties().maxSize();
        for (long size : List.of(room + 1, Long.MAX_VALUE - PAGE, Long.MAX_VALUE)) {
            DmaBufException e = refused(exporter, ExportRequest.ofSize(size));
            assertEquals(Errno.E2BIG, e.errno());
            assertTrue(e.getMessage().contains("there are " + room + " bytes"), e.getMessage());
        }
    }

    @Test
    void sizeThatOnlyTheKernelKnowsToBeTooLargeIsRefusedByIt() {
        Syscalls old = kernelWith((request, struct) -> request == QueryMemoryRegions.QUERY ? -Errno.EINVAL.number() : 0);
        I915Exporter exporter = exporterOf(SimulatedGpu.I915_LLC, old);
        DmaBufException e = refused(exporter, ExportRequest.ofSize(Long.MAX_VALUE - PAGE));
        assertTrue(Set.of(Errno.ENOSPC, Errno.ENOMEM, Errno.E2BIG).contains(e.errno()), e.getMessage());
        assertTrue(e.getMessage().contains("no room") || e.getMessage().contains("larger than"), e.getMessage());
    }

    @Test
    void existingMemoryIsRefusedWithWhoTakesIt() {
        Fd memfd = closedLater(Memfd.sealed(kernel, "dmabuf:test", PAGE));

        DmaBufException e =
                refused(exporterOf(SimulatedGpu.I915_LLC), ExportRequest.ofRanges(List.of(new MemoryRange(memfd, 0, PAGE))));

        assertEquals(Errno.EOPNOTSUPP, e.errno());
        assertTrue(e.getMessage().contains("udmabuf"), e.getMessage());
    }

    static Stream<Arguments> requestsOfAnExport() {
        return Stream.of(
                Arguments.of("VERSION", SimulatedGpu.I915_LLC, DrmIoctl.VERSION),
                Arguments.of("GEM_CREATE", SimulatedGpu.I915_LLC, GemCreate.CREATE),
                Arguments.of("GEM_CREATE_EXT", SimulatedGpu.I915_DISCRETE, GemCreateExt.CREATE_EXT),
                Arguments.of("SET_CACHING", SimulatedGpu.I915_LLC, GemCaching.SET_CACHING),
                Arguments.of("GET_CACHING", SimulatedGpu.I915_LLC, GemCaching.GET_CACHING),
                Arguments.of("SET_DOMAIN", SimulatedGpu.I915_LLC, GemSetDomain.SET_DOMAIN),
                Arguments.of("PRIME_HANDLE_TO_FD", SimulatedGpu.I915_LLC, DrmIoctl.PRIME_HANDLE_TO_FD),
                Arguments.of("MMAP_OFFSET", SimulatedGpu.I915_LLC, GemMmapOffset.MMAP_OFFSET),
                Arguments.of("MMAP_OFFSET of a discrete device", SimulatedGpu.I915_DISCRETE, GemMmapOffset.MMAP_OFFSET));
    }

    private static ExportRequest withEveryOperation(SimulatedGpu gpu) {
        return gpu == SimulatedGpu.I915_DISCRETE ? REQUEST : REQUEST.withOption("i915.caching", "cached");
    }

    @ParameterizedTest(name = "before {0}")
    @MethodSource("requestsOfAnExport")
    void deviceThatGoesDuringAnExportIsRefusedAndNothingStaysOpen(String name, SimulatedGpu gpu, long request) throws Exception {
        boolean[] armed = {false};
        I915Exporter exporter = exporterOf(gpu, kernelWith((asked, struct) -> {
            if (armed[0] && asked == request) {
                kernel.machine().unplug(CARD);
            }
            return 0;
        }));
        armed[0] = true;
        long before = openDescriptors();

        DmaBufException e = refused(exporter, withEveryOperation(gpu));

        assertEquals(Errno.ENODEV, e.errno());
        assertTrue(e.getMessage().contains(NODE), e.getMessage());
        assertEquals(before, openDescriptors());
        assertEquals(List.of(), kernel.machine().buffers());
    }

    @ParameterizedTest(name = "at {0}")
    @MethodSource("requestsOfAnExport")
    void deviceWithoutMemoryIsRefusedAndNothingStaysOpen(String name, SimulatedGpu gpu, long request) throws Exception {
        boolean[] armed = {false};
        I915Exporter exporter = exporterOf(gpu, kernelWith((asked, struct) ->
                armed[0] && asked == request ? -Errno.ENOMEM.number() : 0));
        armed[0] = true;
        long before = openDescriptors();

        DmaBufException e = refused(exporter, withEveryOperation(gpu));

        assertEquals(Errno.ENOMEM, e.errno());
        assertEquals(before, openDescriptors());
        assertEquals(List.of(), kernel.machine().buffers());
    }

    @Test
    void existingMappingsAreSafeWhenTheDeviceGoes() {
        I915Exporter exporter = exporterOf(SimulatedGpu.I915_LLC);
        ExportedBuffer buffer = export(exporter, REQUEST);
        List<MemorySegment> mappings = buffer.modes().stream().map(mode -> map(buffer, mode.mode().name())).toList();
        kernel.machine().unplug(CARD);

        mappings.getFirst().set(ValueLayout.JAVA_INT, 0, 42);
        mappings.forEach(memory -> assertEquals(42, memory.get(ValueLayout.JAVA_INT, 0)));
        DmaBufException e = assertThrows(DmaBufException.class, () -> map(buffer, "wc"));
        assertEquals(Errno.ENODEV, e.errno());
        assertEquals(Errno.ENOENT, refused(exporter, REQUEST).errno(), "the node is not there any more");
    }

    @Test
    void deviceThatHasTakenThePlaceOfTheOtherIsNotTalkedToAsIfItWereI915() {
        I915Exporter exporter = exporterOf(SimulatedGpu.I915_LLC);
        kernel.machine().unplug(CARD);
        kernel.machine().plug(CARD, SimulatedGpu.VGEM);

        DmaBufException e = refused(exporter, REQUEST);

        assertEquals(Errno.ENODEV, e.errno());
        assertTrue(e.getMessage().contains("another driver's"), e.getMessage());
    }

    @Test
    void exportsUntilDescriptorsRunOutEndInEmfile() throws Exception {
        assertEndsInEmfile(exporterOf(SimulatedGpu.I915_LLC), REQUEST);
    }

    @Test
    void requestThatIsInterruptedIsMadeAgain() {
        int[] left = {3};
        Syscalls interrupted = kernelWith((request, struct) ->
                request == GemSetDomain.SET_DOMAIN && left[0]-- > 0 ? -Errno.EINTR.number() : 0);
        assertEquals(PAGE, export(exporterOf(SimulatedGpu.I915_LLC, interrupted), REQUEST).size());
        assertTrue(left[0] < 0);
    }
}
