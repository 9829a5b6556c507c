package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.Mapping;
import dmabuf.api.MmapPolicy;
import dmabuf.api.MmapRequest;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Memfd;
import dmabuf.linux.TestUdmabuf;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.MappingPlan;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AliasGuardTest {

    private static final MmapRequest WC = MmapRequest.whole().mode("wc");
    private static final MmapRequest WB = MmapRequest.whole().mode("wb");
    private static final MmapRequest ODD = MmapRequest.whole().mode("odd");

    private final Rig rig = new Rig();

    @AfterEach
    void nothingIsLeftOpen() {
        rig.close();
    }

    /** A buffer that is cached through its descriptor and as wb, write-combined as wc, and of unknown caching as odd. */
    private DmaBuf gpuBuffer() {
        return rig.add("gpu", request -> {
                    Fd node = Memfd.sealed(rig.kernel, "node", 3 * PAGE);
                    return ExportedBuffer.builder(
                                    TestUdmabuf.create(rig.kernel, PAGE), PAGE, MmapPolicy.mappable(Caching.CACHED))
                            .mode("wb", MmapPolicy.mappable(Caching.CACHED), MappingPlan.of(node, 0))
                            .mode("wc", MmapPolicy.mappable(Caching.WRITE_COMBINED), MappingPlan.of(node, PAGE))
                            .mode("odd", MmapPolicy.mappable(Caching.UNKNOWN), MappingPlan.of(node, 2 * PAGE))
                            .build();
                })
                .source()
                .export(ExportRequest.ofSize(PAGE));
    }

    @Test
    void mappingWithAnotherCacheAttributeIsRefusedAndBothAreNamed() {
        try (DmaBuf buffer = gpuBuffer();
                Mapping cached = buffer.mmap();
                Mapping again = buffer.mmap(WB)) {
            DmaBufException refused = Rig.assertErrno(Errno.EBUSY, () -> buffer.mmap(WC));
            assertTrue(refused.getMessage().contains("as wc (write-combined)"), refused.getMessage());
            assertTrue(refused.getMessage().contains("mapped as dma-buf (cached) already"), refused.getMessage());
            assertEquals(cached.policy(), again.policy());
        }
    }

    @Test
    void mappingIsPossibleOnceTheOtherIsGone() {
        try (DmaBuf buffer = gpuBuffer()) {
            Mapping one = buffer.mmap();
            Mapping two = buffer.mmap();
            one.close();
            one.close();
            Rig.assertErrno(Errno.EBUSY, () -> buffer.mmap(WC));
            two.close();
            buffer.mmap(WC).close();
            buffer.mmap().close();
        }
    }

    @Test
    void bufferIsKnownByItsIdentityThroughEveryHandleAndImport() {
        try (DmaBuf buffer = gpuBuffer();
                DmaBuf other = buffer.retain();
                DmaBuf imported = rig.core.importFd(buffer.fd(), MmapPolicy.mappable(Caching.CACHED));
                Mapping cached = imported.mmap()) {
            assertEquals(Caching.CACHED, cached.policy().caching());
            Rig.assertErrno(Errno.EBUSY, () -> buffer.mmap(WC));
            Rig.assertErrno(Errno.EBUSY, () -> other.mmap(WC));
            buffer.mmap().close();
        }
    }

    @Test
    void whatIsUnknownClashesWithEveryOtherWayToMap() {
        try (DmaBuf buffer = gpuBuffer();
                Mapping odd = buffer.mmap(ODD)) {
            assertEquals("odd", odd.mode());
            buffer.mmap(ODD).close();
            Rig.assertErrno(Errno.EBUSY, buffer::mmap);
            Rig.assertErrno(Errno.EBUSY, () -> buffer.mmap(WC));
        }
    }

    @Test
    void sameDescriptorBehavesAlikeWhateverIsKnownOfIt() {
        try (DmaBuf buffer = rig.buffer(PAGE);
                DmaBuf stranger = rig.core.importFd(buffer.fd());
                Mapping cached = buffer.mmap();
                Mapping unknown = stranger.mmap()) {
            assertEquals(cached.mode(), unknown.mode());
        }
    }

    @Test
    void buffersOfTheirOwnDoNotClash() {
        try (DmaBuf one = gpuBuffer();
                DmaBuf two = gpuBuffer();
                Mapping cached = one.mmap()) {
            assertEquals(PAGE, cached.length());
            two.mmap(WC).close();
        }
    }

    @Test
    void warningNamesBothAndMaps() {
        rig.core.aliasing(AliasPolicy.WARN);
        try (DmaBuf buffer = gpuBuffer();
                Mapping cached = buffer.mmap();
                Mapping streaming = buffer.mmap(WC)) {
            assertEquals(cached.length(), streaming.length());
            String warning = rig.log.at(Level.WARNING).getFirst();
            assertTrue(warning.contains("wc (write-combined)") && warning.contains("dma-buf (cached)"), warning);
        }
    }

    @Test
    void allowingMapsInSilence() {
        rig.core.aliasing(AliasPolicy.ALLOW);
        try (DmaBuf buffer = gpuBuffer();
                Mapping cached = buffer.mmap();
                Mapping streaming = buffer.mmap(WC)) {
            assertEquals(cached.length(), streaming.length());
            assertEquals(0, rig.log.at(Level.WARNING).size());
        }
    }

    @Test
    void mappingThatTheKernelRefusesLeavesNoTrace() {
        try (DmaBuf buffer = gpuBuffer()) {
            Rig.assertErrno(Errno.EINVAL, () -> buffer.mmap(MmapRequest.whole().range(0, 2 * PAGE)));
            buffer.mmap(WC).close();
            buffer.mmap().close();
        }
    }

    @Test
    void manyThreadsNeverHaveClashingMappingsAtOnce() {
        AtomicInteger cached = new AtomicInteger();
        AtomicInteger streaming = new AtomicInteger();
        try (DmaBuf buffer = gpuBuffer()) {
            IntStream.range(0, 8).parallel().forEach(thread -> {
                for (int i = 0; i < 200; i++) {
                    boolean wc = (i + thread) % 2 == 0;
                    mapOnce(buffer, wc ? WC : WB, wc ? streaming : cached, wc ? cached : streaming);
                }
            });
            buffer.mmap(WC).close();
            buffer.mmap(WB).close();
        }
    }

    private static void mapOnce(DmaBuf buffer, MmapRequest request, AtomicInteger mine, AtomicInteger others) {
        try (Mapping mapping = buffer.mmap(request)) {
            mine.incrementAndGet();
            assertEquals(0, others.get(), mapping::toString);
            mine.decrementAndGet();
        } catch (DmaBufException e) {
            assertEquals(Errno.EBUSY, e.errno());
        }
    }

    @Test
    void configurationIsOneOfThreeWords() {
        assertEquals(AliasPolicy.WARN, AliasPolicy.ofConfiguration("warn"));
        String message = assertThrows(IllegalArgumentException.class, () -> AliasPolicy.ofConfiguration("WARN")).getMessage();
        assertTrue(message.contains("refuse, warn or allow"), message);
    }
}
