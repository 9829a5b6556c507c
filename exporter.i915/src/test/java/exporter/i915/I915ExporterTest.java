package exporter.i915;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.ExportRequest;
import dmabuf.api.MemoryKind;
import dmabuf.api.MmapPolicy;
import dmabuf.api.Placement;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.FileStatus;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;
import dmabuf.sim.SimulatedGpu;
import dmabuf.spi.ExportedBuffer;
import exporter.i915.uapi.GemCaching;
import exporter.i915.uapi.GemCreateExt;
import exporter.i915.uapi.GemMmapOffset;
import exporter.i915.uapi.GemSetDomain;
import exporter.i915.uapi.MemoryRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Buffers of every kind of device: where they are, how they are mapped, and that each mapping is the same memory. */
class I915ExporterTest extends SimulatedI915 {

    private static final ExportRequest REQUEST = ExportRequest.ofSize(3 * PAGE);

    private void sync(ExportedBuffer buffer, long flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(ValueLayout.JAVA_LONG);
            struct.set(ValueLayout.JAVA_LONG, 0, flags);
            assertEquals(0, kernel.ioctl(buffer.fd().number(), DmaBufIoctl.SYNC, struct));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "I915_.*", mode = EnumSource.Mode.MATCH_ALL)
    void newMemoryIsZeroedInEveryModeAndOneMemoryInAllOfThem(SimulatedGpu gpu) {
        ExportedBuffer buffer = export(exporterOf(gpu), REQUEST);
        assertEquals(buffer.size(), kernel.lseek(buffer.fd().number(), 0, Posix.SEEK_END));
        List<MemorySegment> mappings = new ArrayList<>();
        for (ExportedBuffer.Mode mode : buffer.modes()) {
            MemorySegment memory = map(buffer, mode.mode().name());
            assertEquals(-1, memory.mismatch(MemorySegment.ofArray(new byte[(int) buffer.size()])), mode.mode().name());
            mappings.add(memory);
        }
        for (MemorySegment writer : mappings) {
            long at = PAGE + mappings.indexOf(writer);
            sync(buffer, DmaBufIoctl.SYNC_WRITE);
            writer.set(ValueLayout.JAVA_BYTE, at, (byte) 7);
            sync(buffer, DmaBufIoctl.SYNC_WRITE | DmaBufIoctl.SYNC_END);
            sync(buffer, DmaBufIoctl.SYNC_READ);
            mappings.forEach(reader -> assertEquals(7, reader.get(ValueLayout.JAVA_BYTE, at)));
            sync(buffer, DmaBufIoctl.SYNC_READ | DmaBufIoctl.SYNC_END);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "I915_.*", mode = EnumSource.Mode.MATCH_ALL)
    void allModesShareOneClientAndEveryBufferHasItsOwn(SimulatedGpu gpu) {
        I915Exporter exporter = exporterOf(gpu);
        Set<Fd> one = clients(export(exporter, REQUEST));
        Set<Fd> two = clients(export(exporter, REQUEST));

        assertEquals(1, one.size());
        assertEquals(1, two.size());
        assertNotEquals(one, two);
    }

    private static Set<Fd> clients(ExportedBuffer buffer) {
        return buffer.modes().stream().flatMap(mode -> mode.plan().fd().stream()).collect(Collectors.toSet());
    }

    @Test
    void everyExportIsABufferOfItsOwn() {
        I915Exporter exporter = exporterOf(SimulatedGpu.I915_LLC);
        Fd one = export(exporter, REQUEST).fd();
        Fd two = export(exporter, REQUEST).fd();

        assertNotEquals(FileStatus.of(one.number()).inode(), FileStatus.of(two.number()).inode());
    }

    @Test
    void clientIsNotKeptWhereTheDmaBufIsTheOnlyMapping() throws Exception {
        Syscalls bare = kernelWith((request, struct) ->
                request == GemMmapOffset.MMAP_OFFSET ? -Errno.ENODEV.number() : 0);
        I915Exporter exporter = exporterOf(SimulatedGpu.I915_LLC, bare);
        long before = openDescriptors();
        ExportedBuffer buffer = export(exporter, REQUEST);

        assertEquals(1, buffer.modes().size());
        assertEquals(0, map(buffer, "dma-buf").get(ValueLayout.JAVA_BYTE, PAGE));
        buffer.fd().close();
        assertEquals(before, openDescriptors(), "there was the dma-buf alone");
    }

    @Test
    void wishedCachingIsTheDefaultMode() {
        I915Exporter exporter = exporterOf(SimulatedGpu.I915_LLC);

        assertEquals(Caching.CACHED, caching(export(exporter, REQUEST)));
        ExportedBuffer streamed = export(exporter, REQUEST.withCaching(Caching.WRITE_COMBINED, Caching.CACHED));
        assertEquals("wc", streamed.modes().getFirst().mode().name());
        assertEquals(Caching.UNCACHED, caching(export(exporter, REQUEST.withCaching(Caching.UNCACHED))));
    }

    @Test
    void coherentDeviceNeedsNoSyncAndAnIncoherentOneDoes() {
        MmapPolicy coherent = export(exporterOf(SimulatedGpu.I915_LLC), REQUEST).policy();
        assertFalse(coherent.needsSync());
        assertTrue(coherent.guestMappable());
        kernel.machine().unplug(CARD);

        ExportedBuffer incoherent = export(exporterOf(SimulatedGpu.I915_NO_LLC), REQUEST);
        assertTrue(incoherent.policy().needsSync());
        assertFalse(incoherent.policy().guestMappable(), "a guest cannot bracket its accesses");
        assertFalse(mode(incoherent, "wc").mode().policy().needsSync(), "there is nothing to flush");
        assertTrue(mode(incoherent, "wc").mode().policy().guestMappable());
    }

    @Test
    void gpuCachingThatIsSetDecidesWhetherSyncIsNeeded() {
        I915Exporter exporter = exporterOf(SimulatedGpu.I915_NO_LLC);
        assertFalse(export(exporter, REQUEST.withOption("i915.caching", "cached")).policy().needsSync());
        assertTrue(export(exporter, REQUEST.withOption("i915.caching", "none")).policy().needsSync());
        assertTrue(export(exporter, REQUEST.withOption("i915.caching", "display")).policy().needsSync(), "it does not write through");
    }

    @Test
    void apertureIsIoMemoryAndNotForGuests() {
        MmapPolicy policy = mode(export(exporterOf(SimulatedGpu.I915_LLC), REQUEST), "gtt").mode().policy();
        assertEquals(MemoryKind.IO, policy.memory());
        assertFalse(policy.guestMappable());
    }

    @Test
    void placementDecidesOnTheCachingOfADiscreteDevice() {
        I915Exporter exporter = exporterOf(SimulatedGpu.I915_DISCRETE);
        for (String mode : List.of("dma-buf", "fixed")) {
            MmapPolicy device = mode(export(exporter, REQUEST), mode).mode().policy();
            assertEquals(Caching.WRITE_COMBINED, device.caching());
            assertEquals(MemoryKind.IO, device.memory());
            assertFalse(device.needsSync());
            MmapPolicy system = mode(export(exporter, REQUEST.withPlacement(Placement.SYSTEM)), mode).mode().policy();
            assertEquals(Caching.CACHED, system.caching());
            assertEquals(MemoryKind.SYSTEM, system.memory());
            assertFalse(system.needsSync());
        }
        assertEquals(Caching.CACHED, caching(export(exporter, REQUEST.withCaching(Caching.CACHED))));
    }

    @Test
    void objectOfTheDevicesMemoryIsMadeReachableForTheCpuAndForOthers() {
        List<String> made = new ArrayList<>();
        Syscalls listening = kernelWith((request, struct) -> {
            if (request == GemCreateExt.CREATE_EXT) {
                MemorySegment extension = MappedMemory.borrow(struct.get(ValueLayout.JAVA_LONG, 16), 48);
                MemorySegment regions = MappedMemory.borrow(extension.get(ValueLayout.JAVA_LONG, 40), 8);
                int count = extension.get(ValueLayout.JAVA_INT, 36);
                made.add("flags " + struct.get(ValueLayout.JAVA_INT, 12) + ", first of " + count + " is "
                        + regions.get(ValueLayout.JAVA_SHORT, 0));
            }
            return 0;
        });
        I915Exporter exporter = exporterOf(SimulatedGpu.I915_DISCRETE, listening);
        export(exporter, REQUEST.withPlacement(Placement.DEVICE));
        export(exporter, REQUEST.withPlacement(Placement.SYSTEM));

        assertEquals(
                List.of("flags " + GemCreateExt.NEEDS_CPU_ACCESS + ", first of 2 is " + MemoryRegion.DEVICE,
                        "flags 0, first of 1 is " + MemoryRegion.SYSTEM),
                made);
    }

    @Test
    void zeroesAreOutOfTheCachesBeforeAnybodyMapsPastThem() {
        List<Long> requests = new ArrayList<>();
        I915Exporter exporter = exporterOf(SimulatedGpu.I915_NO_LLC, kernelWith((request, struct) -> {
            requests.add(request);
            return 0;
        }));
        requests.clear();
        export(exporter, REQUEST);
        assertTrue(requests.contains(GemSetDomain.SET_DOMAIN));
        assertFalse(requests.contains(GemCaching.SET_CACHING), "nobody asked for it");
        kernel.machine().unplug(CARD);

        I915Exporter discrete = exporterOf(SimulatedGpu.I915_DISCRETE, kernelWith((request, struct) -> {
            requests.add(request);
            return 0;
        }));
        requests.clear();
        export(discrete, REQUEST);
        assertFalse(requests.contains(GemSetDomain.SET_DOMAIN) || requests.contains(GemCaching.GET_CACHING), "it has neither");
    }

    @Test
    void readOnlyExportCannotBeMappedForWritingAndSaysSoInEveryMode() {
        ExportedBuffer buffer = export(exporterOf(SimulatedGpu.I915_LLC), REQUEST.withAccess(Access.READ));

        buffer.modes().forEach(mode -> assertEquals(Access.READ, mode.mode().policy().access()));
        assertEquals(
                -Errno.EACCES.number(),
                kernel.mmap(0, PAGE, Posix.PROT_READ | Posix.PROT_WRITE, Posix.MAP_SHARED, buffer.fd().number(), 0));
    }

    @Test
    void mappingsOutliveTheBufferAndItsClient() {
        I915Exporter exporter = exporterOf(SimulatedGpu.I915_LLC);
        ExportedBuffer buffer = export(exporter, REQUEST);
        List<MemorySegment> mappings = buffer.modes().stream().map(mode -> map(buffer, mode.mode().name())).toList();
        buffer.fd().close();
        Fd client = mode(buffer, "wc").plan().fd().orElseThrow();
        assertSame(client, mode(buffer, "wb").plan().fd().orElseThrow());
        client.close();

        mappings.getFirst().set(ValueLayout.JAVA_INT, PAGE, 42);
        mappings.forEach(memory -> assertEquals(42, memory.get(ValueLayout.JAVA_INT, PAGE)));
    }
}
