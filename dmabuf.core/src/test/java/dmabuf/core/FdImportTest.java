package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.BufferState;
import dmabuf.api.Caching;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.Mapping;
import dmabuf.api.MmapPolicy;
import dmabuf.api.PolicyOrigin;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.linux.TestUdmabuf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FdImportTest {

    private final Rig rig = new Rig();

    @AfterEach
    void nothingIsLeftOpen() {
        assertEquals(List.of(), rig.core.census());
        rig.close();
    }

    private Fd dmaBuf() {
        return TestUdmabuf.create(rig.kernel, 2 * PAGE);
    }

    private Fd duplicate(Fd fd) {
        return Fd.adopt(rig.kernel.dup(fd.number()), rig.kernel);
    }

    @Test
    void dmaBufIsTakenWithAPolicyThatNobodyVouchesFor() {
        Fd fd = dmaBuf();
        try (DmaBuf buffer = rig.core.importFd(fd)) {
            assertFalse(fd.isOpen(), "the ownership was taken over");
            assertEquals(2 * PAGE, buffer.size());
            assertEquals(MmapPolicy.unknown(), buffer.policy());
            assertEquals("imported", buffer.origin());
            assertEquals(BufferState.ACTIVE, buffer.state());
        }
    }

    @Test
    void policyOfAPeerIsMarkedDeclared() {
        try (DmaBuf buffer = rig.core.importFd(dmaBuf(), MmapPolicy.mappable(Caching.WRITE_COMBINED))) {
            assertEquals(Caching.WRITE_COMBINED, buffer.policy().caching());
            assertEquals(PolicyOrigin.DECLARED, buffer.policy().origin());
        }
    }

    @Test
    void dmaBufIsSynced() {
        rig.kernel.recordSync = true;
        try (DmaBuf buffer = rig.core.importFd(dmaBuf());
                Mapping mapping = buffer.mmap()) {
            rig.kernel.syncFlags.clear();
            mapping.cpuAccess(Access.WRITE).close();
            assertEquals(List.of(2L, 6L), rig.kernel.syncFlags);
        }
    }

    @Test
    void memfdThatCannotShrinkIsTakenAndNotSynced() {
        rig.kernel.recordSync = true;
        try (Fd memfd = Memfd.sealed(rig.kernel, "m", PAGE);
                DmaBuf buffer = rig.core.importFd(duplicate(memfd));
                Mapping mapping = buffer.mmap()) {
            rig.kernel.syncFlags.clear();
            try (CpuAccess access = mapping.cpuAccess(Access.READ_WRITE)) {
                access.segment().set(JAVA_INT, 8, 77);
            }
            assertEquals(List.of(), rig.kernel.syncFlags, "a memfd answers ENOTTY");
            buffer.rename("mine");
            assertEquals("mine", buffer.name());
            Rig.assertErrno(Errno.EINVAL, () -> buffer.rename("x".repeat(32)));
        }
    }

    @Test
    void memfdThatIsSealedAgainstWritingIsForReading() {
        Fd memfd = Memfd.sealed(rig.kernel, "m", PAGE);
        assertEquals(0, rig.kernel.fcntl(memfd.number(), Posix.F_ADD_SEALS, Posix.F_SEAL_WRITE));
        try (DmaBuf buffer = rig.core.importFd(memfd, MmapPolicy.mappable(Caching.CACHED));
                Mapping mapping = buffer.mmap()) {
            assertEquals(Access.READ, buffer.policy().access());
            mapping.cpuAccess(Access.READ).close();
        }
    }

    private void assertRefused(Fd fd, String because) {
        DmaBufException thrown = Rig.assertErrno(Errno.EINVAL, () -> rig.core.importFd(fd));
        assertTrue(thrown.getMessage().contains(because), thrown.getMessage());
        assertFalse(fd.isOpen(), "closed, although refused");
        assertEquals("", rig.leftovers());
    }

    @Test
    void memfdThatItsGiverCouldTruncateIsRefused() {
        assertRefused(Memfd.unsealed(rig.kernel, "m", PAGE), "F_SEAL_SHRINK");
        assertRefused(Fd.adopt(rig.kernel.memfdCreate("m", 0), rig.kernel), "F_SEAL_SHRINK");
    }

    @Test
    void emptyMemfdIsRefused() {
        assertRefused(Memfd.sealed(rig.kernel, "m", 0), "empty");
    }

    @Test
    void memfdForWritingOnlyIsRefused() {
        try (Fd memfd = Memfd.sealed(rig.kernel, "m", PAGE)) {
            int writeOnly = rig.kernel.open("/proc/self/fd/" + memfd.number(), Posix.O_WRONLY);
            Fd fd = Fd.adopt(writeOnly, rig.kernel);
            DmaBufException thrown = Rig.assertErrno(Errno.EINVAL, () -> rig.core.importFd(fd));
            assertTrue(thrown.getMessage().contains("writing only"), thrown.getMessage());
        }
    }

    @Test
    void ordinaryFileIsRefused() {
        assertRefused(open("/proc/self/status"), "neither a dma-buf nor a memfd");
    }

    @Test
    void fileOfTmpfsIsRefusedAlthoughItHasSeals() throws Exception {
        Path file = Files.createTempFile(Path.of("/dev/shm"), "dmabuf", null);
        try {
            Files.writeString(file, "x".repeat(8192));
            assertRefused(open(file.toString()), "it takes no seals");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void deviceAndFolderAreRefusedWithoutBeingSpokenTo(@TempDir Path folder) {
        rig.kernel.script = (fd, request, word) -> {
            throw new AssertionError("ioctl " + Long.toHexString(request) + " on a stranger's file");
        };
        assertRefused(open("/dev/null"), "neither a dma-buf nor a memfd");
        assertRefused(open(folder.toString()), "neither a dma-buf nor a memfd");
    }

    private Fd open(String path) {
        return Fd.adopt(rig.kernel.open(path, Posix.O_RDONLY), rig.kernel);
    }

    @Test
    void missingPolicyIsTheCallersMistakeAndTheDescriptorIsClosed() {
        Fd fd = dmaBuf();
        assertThrows(NullPointerException.class, () -> rig.core.importFd(fd, null));
        assertFalse(fd.isOpen());
    }

    @Test
    void closedDescriptorIsTheCallersMistake() {
        Fd fd = dmaBuf();
        fd.close();
        assertThrows(IllegalStateException.class, () -> rig.core.importFd(fd));
    }

    @Test
    void sameBufferTwiceHasOneIdentityAndOneName() {
        Fd fd = dmaBuf();
        Fd again = duplicate(fd);
        try (DmaBuf one = rig.core.importFd(fd)) {
            one.rename("camera");
            try (DmaBuf two = rig.core.importFd(again, MmapPolicy.mappable(Caching.CACHED))) {
                assertEquals(one.id(), two.id());
                assertEquals("camera", two.name());
                assertEquals(PolicyOrigin.NOBODY, one.policy().origin());
                assertEquals(PolicyOrigin.DECLARED, two.policy().origin());
                two.rename("camera 2");
                assertEquals("camera 2", one.name());
                assertEquals(2, rig.core.census().size());
            }
            assertEquals(BufferState.ACTIVE, one.state());
            one.mmap().close();
        }
    }

    @Test
    void bufferOfThisProcessThatComesBackIsTheSameMemory() {
        try (DmaBuf exported = rig.buffer(PAGE);
                DmaBuf back = rig.core.importFd(exported.fd());
                Mapping here = exported.mmap();
                Mapping there = back.mmap()) {
            try (CpuAccess access = here.cpuAccess(Access.WRITE)) {
                access.segment().set(JAVA_INT, 0, 1234);
            }
            try (CpuAccess access = there.cpuAccess(Access.READ)) {
                assertEquals(1234, access.segment().get(JAVA_INT, 0));
            }
            assertEquals(exported.id(), back.id());
        }
    }

    @Test
    void stoppedCoreTakesNothingAndClosesWhatItIsGiven() {
        rig.core.close();
        Fd fd = dmaBuf();
        Rig.assertErrno(Errno.ENODEV, () -> rig.core.importFd(fd));
        assertFalse(fd.isOpen());
    }

    @Test
    void probeIsARequestThatChangesNothing() {
        long[] probe = new long[1];
        Fd fd = dmaBuf();
        rig.kernel.script = (number, request, word) -> {
            if (request == DmaBufIoctl.SYNC) {
                probe[0] = word;
            }
            return ScriptedKernel.Script.PASS;
        };
        rig.core.importFd(fd).close();
        assertEquals(0x80, probe[0]);
        assertEquals(0, probe[0] & DmaBufIoctl.SYNC_VALID_FLAGS_MASK);
    }
}
