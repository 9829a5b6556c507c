package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.BufferId;
import dmabuf.api.BufferRevokedException;
import dmabuf.api.BufferState;
import dmabuf.api.Caching;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.ImporterDevice;
import dmabuf.api.Lifetime;
import dmabuf.api.Mapping;
import dmabuf.api.MappingMode;
import dmabuf.api.MemoryKind;
import dmabuf.api.MmapPolicy;
import dmabuf.api.MmapRequest;
import dmabuf.api.NegotiationException;
import dmabuf.api.Negotiation;
import dmabuf.api.NoSourceException;
import dmabuf.api.PolicyOrigin;
import dmabuf.api.Requirements;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.fd.KernelKind;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.ProcessResources;
import dmabuf.spi.ExportedBuffer;
import iosys.IosysMap;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Memory of a device that is no dma-buf, from a source that hands out what there is. A memfd stands for the device. */
class DeviceMemoryTest {

    private static final MmapPolicy POLICY = new MmapPolicy(
            true, Caching.UNCACHED, false, Access.READ, MemoryKind.IO, true, PolicyOrigin.EXPORTER);

    private final Rig rig = new Rig();
    private final Fd device = Memfd.sealed(rig.kernel, "device", 4 * PAGE);
    private long size = 2 * PAGE;
    private final ProcessResources before = ProcessResources.now();
    private final ExporterRegistration registration = rig.core.add(
            request -> ExportedBuffer.ofDevice(copy(), "region", PAGE, size, POLICY).build(),
            ExporterProperties.builder("screen", "/dev/screen", KernelKind.LINUX)
                    .mode("region", Caching.UNCACHED)
                    .lifetime(Lifetime.DEVICE_BOUND)
                    .allocates(false)
                    .build(),
            0);

    private Fd copy() {
        return Fd.adopt(rig.kernel.dup(device.number()), rig.kernel);
    }

    private DmaBuf export() {
        return registration.source().export(ExportRequest.ofSize(1).withName("screen"));
    }

    @AfterEach
    void nothingIsLeft() {
        Rig.await("end of the revocation", () -> rig.core.census().isEmpty());
        device.close();
        rig.close();
    }

    @Test
    void itIsMappedAtItsPlaceInTheDevice() {
        try (DmaBuf buffer = export(); Mapping mapping = buffer.mmap(); Arena arena = Arena.ofConfined()) {
            MappedMemory.map(rig.kernel, device.number(), 0, 4 * PAGE, true, arena).set(JAVA_BYTE, 2 * PAGE - 1, (byte) 7);
            try (CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
                assertEquals(7, cpu.segment().get(JAVA_BYTE, PAGE - 1));
                assertEquals(2 * PAGE, cpu.segment().byteSize());
            }
            assertEquals(List.of("region"), buffer.modes().stream().map(MappingMode::name).toList());
            assertEquals(POLICY, buffer.mmapInfo().policy());
            assertEquals(Lifetime.DEVICE_BOUND, rig.core.census().getFirst().lifetime());
        }
    }

    @Test
    void mapOfItIsOneOfIoMemory() {
        IosysMap map = new IosysMap();
        try (DmaBuf buffer = export()) {
            buffer.vmap(map);
            assertTrue(map.isIoMemory());
            buffer.vunmap(map);
        }
    }

    @Test
    void itIsNamedAndNumberedByTheCoreAlone() {
        try (DmaBuf one = export(); DmaBuf other = export()) {
            assertEquals("screen", one.name());
            one.rename("other");
            assertEquals("other", one.name());
            assertNotEquals(one.id(), other.id());
            assertEquals(BufferId.NO_FILE, one.id().device());
            assertTrue(one.toString().contains("without an inode"), one::toString);
            Rig.assertErrno(Errno.EINVAL, () -> one.rename("x".repeat(32)));
        }
    }

    @Test
    void whatTakesADmaBufIsRefused() throws InterruptedException {
        try (DmaBuf buffer = export()) {
            DmaBufException e = Rig.assertErrno(Errno.EOPNOTSUPP, buffer::fd);
            assertTrue(e.getMessage().contains("no dma-buf"), e.getMessage());
            e = Rig.assertErrno(Errno.ENOTTY, () -> buffer.exportFence(Access.READ));
            assertTrue(e.getMessage().contains("memory of a device"), e.getMessage());
            Rig.assertErrno(Errno.EOPNOTSUPP, () -> buffer.attach(new ImporterDevice() {
                @Override
                public String name() {
                    return "importer";
                }
            }));
            Rig.assertErrno(Errno.EACCES, () -> buffer.mmap(MmapRequest.whole().access(Access.WRITE)));
            assertTrue(buffer.isReady(Access.READ_WRITE));
            assertTrue(buffer.awaitReady(Access.READ_WRITE, Duration.ZERO));
        }
    }

    @Test
    void itGoesWithItsExporter() {
        rig.core.graceMillis(0);
        try (DmaBuf buffer = export(); Mapping mapping = buffer.mmap()) {
            registration.close();
            assertEquals(BufferState.REVOKED, buffer.state());
            Rig.await("the mapping is taken away", () -> {
                try {
                    mapping.cpuAccess(Access.READ).close();
                    return false;
                } catch (BufferRevokedException e) {
                    return true;
                }
            });
            assertThrows(BufferRevokedException.class, buffer::mmap);
            // Whoever opens the device next shall not find it in use by a buffer that nobody can look at.
            Rig.await("the device's descriptor is closed", () -> ProcessResources.now().since(before).memfds() == 0);
        }
    }

    @Test
    void sizeThatIsNoNumberOfPagesIsTheExportersFault() {
        for (long wrong : List.of(0L, -PAGE, PAGE + 1)) {
            size = wrong;
            DmaBufException e = Rig.assertErrno(Errno.EIO, this::export);
            assertTrue(e.getMessage().contains("whole pages"), e.getMessage());
        }
    }

    @Test
    void sourceThatHandsOutWhatThereIsIsChosenForNoRequest() {
        NoSourceException none = assertThrows(
                NoSourceException.class, () -> rig.core.export(Requirements.none(), ExportRequest.ofSize(PAGE)));
        assertTrue(none.getMessage().contains("it makes no memory: it hands out what its device has"), none.getMessage());
        none = assertThrows(NoSourceException.class, () -> rig.core.select(Requirements.none().exporter("screen")).source());
        assertTrue(none.getMessage().contains("it makes no memory"), none.getMessage());
        NegotiationException refused = assertThrows(NegotiationException.class, () -> rig.core.negotiate(
                Negotiation.ofSize(PAGE).importer("reader", Requirements.none().access(Access.READ))));
        assertTrue(refused.getMessage().contains("it makes no memory"), refused.getMessage());

        rig.add("memory");
        try (DmaBuf buffer = rig.core.export(Requirements.none(), ExportRequest.ofSize(PAGE))) {
            assertFalse(buffer.origin().contains("screen"));
        }
    }
}
