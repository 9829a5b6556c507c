package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.Attachment;
import dmabuf.api.BufferClosedException;
import dmabuf.api.Caching;
import dmabuf.api.CpuAccess;
import dmabuf.api.Direction;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ImporterDevice;
import dmabuf.api.Mapping;
import dmabuf.api.MemoryKind;
import dmabuf.api.MmapPolicy;
import dmabuf.api.PolicyOrigin;
import dmabuf.api.ScatterList;
import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.TestUdmabuf;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Attachments of buffers in which the exporter has no part: the core does everything. */
class AttachmentTest {

    private static final ImporterDevice DEVICE = ImporterDevice.named("camera");

    private final Rig rig = new Rig();
    private final DmaBuf buffer = rig.buffer(4 * PAGE);

    @AfterEach
    void nothingIsLeftOpen() {
        buffer.close();
        assertEquals(List.of(), rig.core.census());
        rig.close();
    }

    @Test
    void attachedDeviceReadsWhatTheCpuWrote() {
        try (Mapping mapping = buffer.mmap(); CpuAccess access = mapping.cpuAccess(Access.WRITE)) {
            access.segment().set(JAVA_BYTE, PAGE + 3, (byte) 42);
        }
        try (Attachment attachment = buffer.attach(DEVICE)) {
            ScatterList list = attachment.map(Direction.TO_DEVICE);
            assertEquals(buffer.size(), list.size());
            assertEquals(42, MappedMemory.borrow(list.addressOf(PAGE + 3), 1).get(JAVA_BYTE, 0));
            attachment.unmap(list);
        }
    }

    @Test
    void attachmentTellsWhatItIs() {
        try (Attachment attachment = buffer.attach(DEVICE)) {
            assertSame(DEVICE, attachment.device());
            assertEquals(buffer.id(), attachment.buffer());
            assertFalse(attachment.isDynamic());
            assertFalse(attachment.isPeerToPeer());
            assertFalse(attachment.isInvalidated());
            assertTrue(attachment.toString().contains("camera"));
        }
        try (Attachment attachment = buffer.attach(DEVICE, gone -> {})) {
            assertTrue(attachment.isDynamic());
        }
    }

    @Test
    void attachOfNoDeviceIsEinval() {
        Rig.assertErrno(Errno.EINVAL, () -> buffer.attach(null));
        Rig.assertErrno(Errno.EINVAL, () -> buffer.attach(null, gone -> {}));
    }

    @Test
    void dynamicAttachWithoutImporterOpsIsEinval() {
        Rig.assertErrno(Errno.EINVAL, () -> buffer.attach(DEVICE, null));
    }

    @Test
    void attachToAClosedBufferIsEbadf() {
        DmaBuf other = buffer.retain();
        other.close();
        assertThrows(BufferClosedException.class, () -> other.attach(DEVICE));
    }

    @Test
    void attachmentKeepsTheBufferAlive() {
        DmaBuf other = rig.buffer(PAGE);
        Attachment attachment = other.attach(DEVICE);
        other.close();
        assertEquals(2, rig.core.census().size());
        ScatterList list = attachment.map(Direction.BIDIRECTIONAL);
        assertEquals(0, MappedMemory.borrow(list.addressOf(0), 1).get(JAVA_BYTE, 0));
        attachment.close();
        assertEquals(1, rig.core.census().size());
    }

    @Test
    void mapInTheSameDirectionIsShared() {
        try (Attachment attachment = buffer.attach(DEVICE)) {
            ScatterList list = attachment.map(Direction.TO_DEVICE);
            assertSame(list, attachment.map(Direction.TO_DEVICE));
            attachment.unmap(list);
            assertSame(list, attachment.map(Direction.TO_DEVICE));
            attachment.unmap(list);
            attachment.unmap(list);
            assertNotSame(list, attachment.map(Direction.TO_DEVICE));
        }
    }

    @ParameterizedTest
    @EnumSource(Direction.class)
    void bidirectionalMappingIsSharedByAll(Direction direction) {
        try (Attachment attachment = buffer.attach(DEVICE)) {
            assertSame(attachment.map(Direction.BIDIRECTIONAL), attachment.map(direction));
        }
    }

    @Test
    void mapInAClashingDirectionIsEbusy() {
        try (Attachment attachment = buffer.attach(DEVICE)) {
            ScatterList list = attachment.map(Direction.TO_DEVICE);
            DmaBufException refused = Rig.assertErrno(Errno.EBUSY, () -> attachment.map(Direction.FROM_DEVICE));
            assertTrue(refused.getMessage().contains("TO_DEVICE already"), refused.getMessage());
            Rig.assertErrno(Errno.EBUSY, () -> attachment.map(Direction.BIDIRECTIONAL));
            attachment.unmap(list);
            attachment.map(Direction.FROM_DEVICE);
        }
    }

    @Test
    void attachmentsOfOneBufferMapInDirectionsOfTheirOwn() {
        try (Attachment one = buffer.attach(DEVICE); Attachment other = buffer.attach(DEVICE)) {
            assertNotSame(one.map(Direction.TO_DEVICE), other.map(Direction.FROM_DEVICE));
        }
    }

    @Test
    void mapInNoDirectionIsEinval() {
        try (Attachment attachment = buffer.attach(DEVICE)) {
            Rig.assertErrno(Errno.EINVAL, () -> attachment.map(null));
        }
    }

    @Test
    void unmapOfNothingIsEinval() {
        try (Attachment attachment = buffer.attach(DEVICE); Attachment other = buffer.attach(DEVICE)) {
            Rig.assertErrno(Errno.EINVAL, () -> attachment.unmap(null));
            ScatterList list = attachment.map(Direction.TO_DEVICE);
            Rig.assertErrno(Errno.EINVAL, () -> other.unmap(list));
            attachment.unmap(list);
            Rig.assertErrno(Errno.EINVAL, () -> attachment.unmap(list));
        }
    }

    @Test
    void detachUnmapsUnpinsAndIsDoneOnce() {
        Attachment attachment = buffer.attach(DEVICE, gone -> {});
        attachment.map(Direction.TO_DEVICE);
        attachment.map(Direction.TO_DEVICE);
        attachment.pin();
        attachment.close();
        attachment.close();
        assertEquals(0, rig.core.census().getFirst().mappings());
    }

    @Test
    void detachedAttachmentRefusesEverything() {
        Attachment attachment = buffer.attach(DEVICE, gone -> {});
        ScatterList list = attachment.map(Direction.TO_DEVICE);
        attachment.close();
        assertThrows(BufferClosedException.class, () -> attachment.map(Direction.TO_DEVICE));
        assertThrows(BufferClosedException.class, () -> attachment.unmap(list));
        assertThrows(BufferClosedException.class, attachment::pin);
        assertThrows(BufferClosedException.class, attachment::unpin);
        assertEquals(buffer.id(), attachment.buffer());
    }

    @Test
    void attachmentDetachesFromTheBufferThatItIsOnAndNoOther() {
        try (DmaBuf other = rig.buffer(PAGE); Attachment stays = other.attach(DEVICE)) {
            Attachment goes = buffer.attach(DEVICE);
            goes.close();
            stays.unmap(stays.map(Direction.TO_DEVICE));
            assertEquals(other.id(), stays.buffer());
        }
    }

    @Test
    void pinOfABufferThatNeverMovesSucceeds() {
        try (Attachment attachment = buffer.attach(DEVICE, gone -> {})) {
            attachment.pin();
            attachment.unpin();
        }
    }

    @Test
    void pinOfAStaticImporterIsEinval() {
        try (Attachment attachment = buffer.attach(DEVICE)) {
            Rig.assertErrno(Errno.EINVAL, attachment::pin);
            Rig.assertErrno(Errno.EINVAL, attachment::unpin);
        }
    }

    @Test
    void unpinWithoutPinIsEinval() {
        try (Attachment attachment = buffer.attach(DEVICE, gone -> {})) {
            Rig.assertErrno(Errno.EINVAL, attachment::unpin);
        }
    }

    @Test
    void deviceSaysWhereItSeesTheMemory() {
        ImporterDevice monitor = new ImporterDevice() {
            @Override
            public String name() {
                return "monitor";
            }

            @Override
            public ScatterList translate(ScatterList memory, Direction direction) {
                return ScatterList.contiguous(0x1_0000_0000L, memory.size());
            }
        };
        try (Attachment attachment = buffer.attach(monitor)) {
            ScatterList list = attachment.map(Direction.BIDIRECTIONAL);
            assertEquals(0x1_0000_0000L, list.addressOf(0));
            attachment.unmap(list);
        }
    }

    private static ImporterDevice translating(Supplier<ScatterList> how) {
        return new ImporterDevice() {
            @Override
            public String name() {
                return "odd";
            }

            @Override
            public ScatterList translate(ScatterList memory, Direction direction) {
                return how.get();
            }
        };
    }

    @Test
    void errorOfTheDeviceIsVerbatimAndTheMappingIsUndone() {
        DmaBufException cannot = new DmaBufException(Errno.EFAULT, "translate", "slot 3");
        try (Attachment attachment = buffer.attach(translating(() -> {
            throw cannot;
        }))) {
            assertSame(cannot, assertThrows(DmaBufException.class, () -> attachment.map(Direction.TO_DEVICE)));
            assertEquals(0, rig.core.census().getFirst().mappings());
        }
    }

    @Test
    void translationOfAnotherSizeIsRefusedAndTheMappingIsUndone() {
        try (Attachment none = buffer.attach(translating(() -> null));
                Attachment small = buffer.attach(translating(() -> ScatterList.contiguous(0, PAGE)))) {
            Rig.assertErrno(Errno.EINVAL, () -> none.map(Direction.TO_DEVICE));
            Rig.assertErrno(Errno.EINVAL, () -> small.map(Direction.TO_DEVICE));
            assertEquals(0, rig.core.census().getFirst().mappings());
        }
    }

    @Test
    void deviceThatMapsItselfWhileItTranslatesIsToldOfTheDeadlock() {
        Attachment[] self = new Attachment[1];
        try (Attachment attachment = buffer.attach(translating(() -> self[0].map(Direction.TO_DEVICE)))) {
            self[0] = attachment;
            Rig.assertErrno(Errno.EDEADLK, () -> attachment.map(Direction.TO_DEVICE));
        }
    }

    @Test
    void bufferForReadingIsNotMappedForADeviceThatWrites() {
        DmaBuf readOnly = rig.add("readable").source().export(ExportRequest.ofSize(PAGE).withAccess(Access.READ));
        try (readOnly; Attachment attachment = readOnly.attach(DEVICE)) {
            Rig.assertErrno(Errno.EACCES, () -> attachment.map(Direction.FROM_DEVICE));
            attachment.map(Direction.TO_DEVICE);
        }
    }

    @Test
    void ioMemoryIsForDynamicImportersThatReachIt() {
        MmapPolicy registers = new MmapPolicy(
                true, Caching.UNCACHED, false, Access.READ_WRITE, MemoryKind.IO, false, PolicyOrigin.EXPORTER);
        Exporter exporter = request ->
                ExportedBuffer.builder(TestUdmabuf.create(rig.kernel, request.size()), request.size(), registers).build();
        ImporterDevice peer = new ImporterDevice() {
            @Override
            public String name() {
                return "peer";
            }

            @Override
            public boolean reachesIoMemory() {
                return true;
            }
        };
        try (DmaBuf region = rig.add("region", exporter).source().export(ExportRequest.ofSize(PAGE))) {
            Rig.assertErrno(Errno.EOPNOTSUPP, () -> region.attach(DEVICE));
            Rig.assertErrno(Errno.EOPNOTSUPP, () -> region.attach(DEVICE, gone -> {}));
            Rig.assertErrno(Errno.EOPNOTSUPP, () -> region.attach(peer));
            try (Attachment attachment = region.attach(peer, gone -> {})) {
                assertTrue(attachment.isPeerToPeer());
                attachment.map(Direction.BIDIRECTIONAL);
            }
        }
    }

    @Test
    void attachmentOfAnOrphanWorksWhereTheExporterHasNoPart() {
        ExporterRegistration registration = rig.add("leaving");
        try (DmaBuf orphan = registration.source().export(ExportRequest.ofSize(PAGE)); Attachment early = orphan.attach(DEVICE)) {
            registration.close();
            early.map(Direction.TO_DEVICE);
            try (Attachment late = orphan.attach(DEVICE)) {
                late.map(Direction.TO_DEVICE);
            }
        }
    }
}
