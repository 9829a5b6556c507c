package exporter.i915;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.Placement;
import dmabuf.fd.Errno;
import exporter.i915.uapi.MemoryRegion;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of a request on a device that can do this and that. */
class BufferChoiceTest {

    private static final String NODE = "/dev/dri/renderD128";
    private static final MemoryRegion SYSTEM = new MemoryRegion(MemoryRegion.SYSTEM, 0, 1L << 34);
    private static final MemoryRegion DEVICE = new MemoryRegion(MemoryRegion.DEVICE, 0, 1L << 33);
    private static final ExportRequest REQUEST = ExportRequest.ofSize(4096);

    private static final I915Traits INTEGRATED = new I915Traits(
            true, false, true, List.of(SYSTEM), List.of(I915Mode.DMA_BUF, I915Mode.WB, I915Mode.WC, I915Mode.UC, I915Mode.GTT),
            EnumSet.allOf(GpuCaching.class), true);
    private static final I915Traits DISCRETE = new I915Traits(
            false, true, true, List.of(SYSTEM, DEVICE), List.of(I915Mode.DMA_BUF, I915Mode.FIXED), Set.of(), false);

    private static void refused(Errno errno, String subject, String hint, ExportRequest request, I915Traits traits) {
        DmaBufException e = assertThrows(DmaBufException.class, () -> BufferChoice.of(request, traits, NODE));
        assertEquals(errno, e.errno());
        assertTrue(e.getMessage().startsWith("export(" + NODE + ", " + subject + ") failed"), e.getMessage());
        assertTrue(e.getMessage().endsWith(": " + hint), e.getMessage());
    }

    private static BufferChoice choice(Placement placement, I915Mode mode) {
        return new BufferChoice(placement, mode, Optional.empty());
    }

    @Test
    void withoutAWishTheDmaBufIsMappedAndTheDevicesMemoryIsTaken() {
        assertEquals(choice(Placement.SYSTEM, I915Mode.DMA_BUF), BufferChoice.of(REQUEST, INTEGRATED, NODE));
        assertEquals(choice(Placement.DEVICE, I915Mode.DMA_BUF), BufferChoice.of(REQUEST, DISCRETE, NODE));
    }

    @Test
    void wishedCachingDecidesOnTheModeOfAnIntegratedDevice() {
        assertEquals(I915Mode.DMA_BUF, BufferChoice.of(REQUEST.withCaching(Caching.CACHED), INTEGRATED, NODE).mode());
        assertEquals(I915Mode.WC, BufferChoice.of(REQUEST.withCaching(Caching.WRITE_COMBINED), INTEGRATED, NODE).mode());
        assertEquals(I915Mode.UC, BufferChoice.of(REQUEST.withCaching(Caching.UNCACHED, Caching.CACHED), INTEGRATED, NODE).mode());
    }

    @Test
    void wishedCachingDecidesOnTheMemoryOfADiscreteDevice() {
        assertEquals(Placement.SYSTEM, BufferChoice.of(REQUEST.withCaching(Caching.CACHED), DISCRETE, NODE).placement());
        assertEquals(Placement.DEVICE, BufferChoice.of(REQUEST.withCaching(Caching.WRITE_COMBINED), DISCRETE, NODE).placement());
        assertEquals(Placement.SYSTEM,
                BufferChoice.of(REQUEST.withCaching(Caching.UNCACHED, Caching.CACHED), DISCRETE, NODE).placement(), "the second will do");
    }

    @Test
    void writeCombiningIsHadThroughTheApertureWhereThereIsNothingElse() {
        I915Traits old = new I915Traits(
                true, false, true, List.of(SYSTEM), List.of(I915Mode.DMA_BUF, I915Mode.GTT), EnumSet.allOf(GpuCaching.class), true);
        assertEquals(I915Mode.GTT, BufferChoice.of(REQUEST.withCaching(Caching.WRITE_COMBINED), old, NODE).mode());
    }

    @Test
    void memoryThatTheDeviceHasNotIsRefusedWithWhatItHas() {
        refused(Errno.EOPNOTSUPP, "memory of the device", "there is memory of the system",
                REQUEST.withPlacement(Placement.DEVICE), INTEGRATED);
    }

    @Test
    void cachingThatTheMemoryCannotHaveIsRefusedWithTheModesThatThereAre() {
        refused(Errno.EOPNOTSUPP, "mapped as cached", "it can be mapped as dma-buf (write-combined, memory of the"
                        + " device), fixed (write-combined, memory of the device)",
                REQUEST.withPlacement(Placement.DEVICE).withCaching(Caching.CACHED), DISCRETE);
        refused(Errno.EOPNOTSUPP, "mapped as unknown", "it can be mapped as dma-buf (cached), wb (cached),"
                        + " wc (write-combined), uc (uncached), gtt (write-combined)",
                REQUEST.withCaching(Caching.UNKNOWN), INTEGRATED);
    }

    @Test
    void optionsAreThisDriversAndNoOthers() {
        assertEquals(Optional.of(GpuCaching.DISPLAY),
                BufferChoice.of(REQUEST.withOption("i915.caching", "display").withOption("virtio.blob", "guest"), INTEGRATED, NODE)
                        .gpuCaching());
        refused(Errno.EINVAL, "option i915.tiling", "the options are: i915.caching",
                REQUEST.withOption("i915.tiling", "x"), INTEGRATED);
        refused(Errno.EINVAL, "option i915.caching=much", "the values are: none, cached, display",
                REQUEST.withOption("i915.caching", "much"), INTEGRATED);
    }

    @Test
    void gpuCachingThatCannotBeSetIsRefusedWithWhatCan() {
        refused(Errno.EOPNOTSUPP, "option i915.caching=none", "this device's caching cannot be set",
                REQUEST.withOption("i915.caching", "none"), DISCRETE);
        I915Traits withoutSnooping = new I915Traits(
                false, false, false, List.of(SYSTEM), INTEGRATED.modes(), EnumSet.of(GpuCaching.NONE, GpuCaching.DISPLAY), true);
        refused(Errno.EOPNOTSUPP, "option i915.caching=cached", "this device knows: none, display",
                REQUEST.withOption("i915.caching", "cached"), withoutSnooping);
    }

    @Test
    void memoryOfTheDeviceCanMoveToTheSystemsSoThatOthersCanAttach() {
        assertEquals(List.of(DEVICE, SYSTEM), DISCRETE.regionsFor(Placement.DEVICE));
        assertEquals(List.of(SYSTEM), DISCRETE.regionsFor(Placement.SYSTEM));
    }
}
