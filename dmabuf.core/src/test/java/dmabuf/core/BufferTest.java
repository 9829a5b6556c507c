package dmabuf.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.BufferClosedException;
import dmabuf.api.BufferId;
import dmabuf.api.BufferInfo;
import dmabuf.api.BufferState;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.Mapping;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.FileStatus;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class BufferTest {

    private final Rig rig = new Rig();

    @AfterEach
    void nothingIsLeftOpen() {
        rig.close();
    }

    @Test
    void bufferTellsWhatItIs() {
        try (DmaBuf buffer = rig.add("one").source().export(ExportRequest.ofSize(3 * Rig.PAGE).withName("frame 1"))) {
            assertEquals(3 * Rig.PAGE, buffer.size());
            assertEquals("frame 1", buffer.name());
            assertEquals("one on /dev/one generation 1", buffer.origin());
            assertEquals(BufferState.ACTIVE, buffer.state());
            assertTrue(buffer.policy().mappable());
        }
    }

    @Test
    void everyHandleAndDescriptorHasTheSameIdentity() {
        try (DmaBuf buffer = rig.buffer(Rig.PAGE);
                DmaBuf other = buffer.retain();
                Fd fd = buffer.fd()) {
            FileStatus status = FileStatus.of(fd.number());
            assertEquals(new BufferId(status.device(), status.inode()), buffer.id());
            assertEquals(buffer.id(), other.id());
        }
    }

    @Test
    void buffersHaveDifferentIdentities() {
        try (DmaBuf one = rig.buffer(Rig.PAGE);
                DmaBuf two = rig.buffer(Rig.PAGE)) {
            assertNotEquals(one.id(), two.id());
        }
    }

    @Test
    void nameHasAtMost31Bytes() {
        try (DmaBuf buffer = rig.buffer(Rig.PAGE)) {
            buffer.rename("x".repeat(31));
            assertEquals("x".repeat(31), buffer.name());
            DmaBufException refused = Rig.assertErrno(Errno.EINVAL, () -> buffer.rename("ü".repeat(16)));
            assertTrue(refused.getMessage().contains("32 bytes"), refused.getMessage());
            Rig.assertErrno(Errno.EINVAL, () -> buffer.rename("a\0b"));
            assertEquals("x".repeat(31), buffer.name());
            buffer.rename("");
            assertEquals("", buffer.name());
        }
    }

    @Test
    void exportWithANameThatIsTooLongLeavesNothing() {
        ExportRequest request = ExportRequest.ofSize(Rig.PAGE).withName("x".repeat(32));
        Rig.assertErrno(Errno.EINVAL, () -> rig.add("one").source().export(request));
        assertEquals(List.of(), rig.core.census());
        assertEquals("", rig.leftovers());
    }

    @Test
    void bufferLivesUntilTheLastHandleIsClosed() {
        DmaBuf first = rig.buffer(Rig.PAGE);
        DmaBuf second = first.retain();
        first.close();
        assertEquals(BufferState.CLOSED, first.state());
        assertEquals(BufferState.ACTIVE, second.state());
        second.rename("still here");
        assertEquals(1, rig.core.census().size());
        second.close();
        assertEquals(List.of(), rig.core.census());
    }

    @Test
    void closedHandleAnswersPlainQuestionsAndRefusesTheRest() {
        DmaBuf buffer = rig.buffer(Rig.PAGE);
        BufferId id = buffer.id();
        try (DmaBuf other = buffer.retain()) {
            buffer.close();
            buffer.close();
            List<Executable> refused =
                    List.of(buffer::fd, buffer::retain, buffer::mmap, () -> buffer.rename("x"));
            for (Executable each : refused) {
                assertEquals(BufferClosedException.class, Rig.assertErrno(Errno.EBADF, each).getClass());
            }
            assertEquals(id, buffer.id());
            assertEquals(Rig.PAGE, buffer.size());
            assertEquals(BufferState.CLOSED, buffer.state());
            assertEquals(BufferState.ACTIVE, other.state());
        }
    }

    @Test
    void descriptorKeepsTheMemoryOnItsOwn() {
        DmaBuf buffer = rig.buffer(Rig.PAGE);
        try (Mapping mapping = buffer.mmap();
                CpuAccess access = mapping.cpuAccess(Access.WRITE)) {
            access.segment().set(ValueLayout.JAVA_INT, 0, 42);
        }
        Fd fd = buffer.fd();
        buffer.close();
        assertEquals(List.of(), rig.core.census());
        try (DmaBuf again = rig.core.importFd(fd);
                Mapping mapping = again.mmap();
                CpuAccess access = mapping.cpuAccess(Access.READ)) {
            assertEquals(42, access.segment().get(ValueLayout.JAVA_INT, 0));
        }
    }

    @Test
    void censusCountsHandlesAndMappingsOldestFirst() {
        try (DmaBuf first = rig.buffer(Rig.PAGE);
                DmaBuf second = rig.buffer(2 * Rig.PAGE);
                Mapping mapping = second.mmap()) {
            DmaBuf again = second.retain();
            List<BufferInfo> lines = rig.core.census();
            assertEquals(List.of(first.id(), second.id()), lines.stream().map(BufferInfo::id).toList());
            assertEquals(2, lines.get(1).handles());
            assertEquals(1, lines.get(1).mappings());
            assertEquals(2 * Rig.PAGE, lines.get(1).size());
            assertEquals(2 * Rig.PAGE, mapping.length());
            again.close();
            assertEquals(1, rig.core.census().get(1).handles());
        }
    }

    @Test
    void mappingAloneKeepsTheBufferInTheCensus() {
        DmaBuf buffer = rig.buffer(Rig.PAGE);
        Mapping mapping = buffer.mmap();
        buffer.close();
        BufferInfo line = rig.core.census().getFirst();
        assertEquals(0, line.handles());
        assertEquals(1, line.mappings());
        mapping.close();
        assertEquals(List.of(), rig.core.census());
    }

    @Test
    void requestForReadingGivesABufferForReading() {
        ExportRequest request = ExportRequest.ofSize(Rig.PAGE).withAccess(Access.READ);
        try (DmaBuf buffer = rig.add("one").source().export(request);
                Mapping mapping = buffer.mmap()) {
            assertEquals(Access.READ, buffer.policy().access());
            assertEquals(Access.READ, mapping.policy().access());
            Rig.assertErrno(Errno.EACCES, () -> mapping.cpuAccess(Access.WRITE));
        }
    }
}
