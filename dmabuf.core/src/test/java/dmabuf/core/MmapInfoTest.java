package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.BufferClosedException;
import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.MmapInfo;
import dmabuf.api.MmapInfoAbi;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Errno;
import dmabuf.linux.Deadline;
import dmabuf.linux.Memfd;
import dmabuf.linux.TestUdmabuf;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.MappingPlan;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MmapInfoTest {

    private final Rig rig = new Rig();

    @AfterEach
    void nothingIsLeftOpen() {
        rig.close();
    }

    @Test
    void exporterAnswersTypedAndByNumber() {
        try (DmaBuf buffer = rig.buffer(PAGE)) {
            assertEquals(Caching.CACHED, buffer.mmapInfo().policy().caching());
            assertEquals(1, buffer.mmapInfo(MmapInfoAbi.VM_PROT, 1));
            assertEquals(2, buffer.mmapInfo(MmapInfoAbi.MAP_INFO, 1));
        }
    }

    @Test
    void exporterThatDoesNotKnowAnswersEnosysAndTheCallerSeesUnknown() {
        try (DmaBuf imported = rig.core.importFd(TestUdmabuf.create(rig.kernel, PAGE))) {
            assertEquals(Caching.UNKNOWN, imported.mmapInfo().policy().caching());
            assertFalse(imported.mmapInfo().policy().guestMappable());
            Rig.assertErrno(Errno.ENOSYS, () -> imported.mmapInfo(MmapInfoAbi.VM_PROT, 1));
            Rig.assertErrno(Errno.ENOSYS, () -> imported.mmapInfo(MmapInfoAbi.MAP_INFO, 1));
        }
    }

    @Test
    void unknownParameterIsEinvalWhoeverIsAsked() {
        try (DmaBuf buffer = rig.buffer(PAGE);
                DmaBuf imported = rig.core.importFd(TestUdmabuf.create(rig.kernel, PAGE))) {
            for (int parameter : new int[] {0, 2, -1}) {
                Rig.assertErrno(Errno.EINVAL, () -> buffer.mmapInfo(MmapInfoAbi.VM_PROT, parameter));
                Rig.assertErrno(Errno.EINVAL, () -> imported.mmapInfo(MmapInfoAbi.MAP_INFO, parameter));
            }
        }
    }

    @Test
    void answerIsAboutTheDescriptorWhateverTheDefaultModeIs() {
        ExportRequest streaming = ExportRequest.ofSize(PAGE).withCaching(Caching.WRITE_COMBINED);
        MmapPolicy wc = MmapPolicy.mappable(Caching.WRITE_COMBINED);
        try (DmaBuf buffer = rig.add("gpu", request -> ExportedBuffer.builder(
                                TestUdmabuf.create(rig.kernel, PAGE), PAGE, MmapPolicy.mappable(Caching.CACHED))
                        .mode("wc", wc, MappingPlan.of(Memfd.sealed(rig.kernel, "node", PAGE), 0))
                        .build())
                .source()
                .export(streaming)) {
            assertEquals(Caching.WRITE_COMBINED, buffer.policy().caching());
            assertEquals(Caching.CACHED, buffer.mmapInfo().policy().caching());
        }
    }

    @Test
    void answerHoldsUntilTheBufferIsMoved() {
        Census census = new Census(new Announcer());
        BufferBody body = FdImport.take(TestUdmabuf.create(rig.kernel, PAGE), MmapPolicy.unknown(), census);
        try (DmaBuf buffer = body.firstHandle()) {
            MmapInfo before = buffer.mmapInfo();
            assertTrue(before.isCurrent());
            body.voidMmapInfo();
            MmapInfo after = buffer.mmapInfo();
            assertFalse(before.isCurrent());
            assertFalse(before.voidedAt().orElseThrow().isBefore(before.answeredAt()));
            assertTrue(after.isCurrent());
        }
        census.leaks().end(Deadline.in(Duration.ofSeconds(20)));
    }

    @Test
    void answerStaysWhenTheExporterGoes() {
        ExporterRegistration one = rig.add("one");
        try (DmaBuf buffer = one.source().export(ExportRequest.ofSize(PAGE))) {
            MmapInfo before = buffer.mmapInfo();
            one.close();
            assertTrue(before.isCurrent());
            assertEquals(before.policy(), buffer.mmapInfo().policy());
        }
    }

    @Test
    void closedHandleIsNotAsked() {
        DmaBuf buffer = rig.buffer(PAGE);
        buffer.close();
        assertThrows(BufferClosedException.class, buffer::mmapInfo);
        assertThrows(BufferClosedException.class, () -> buffer.mmapInfo(MmapInfoAbi.VM_PROT, 1));
    }
}
