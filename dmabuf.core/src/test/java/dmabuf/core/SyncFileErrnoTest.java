package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.Fence;
import dmabuf.api.FenceInfo;
import dmabuf.api.FenceStatus;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.DescriptorLimit;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Memfd;
import dmabuf.linux.Pipe;
import dmabuf.linux.Posix;
import dmabuf.linux.SyncFileIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every errno of poll, {@code EXPORT_SYNC_FILE} and {@code IMPORT_SYNC_FILE}: by the API where that can be made to get it, and otherwise by
 * the request behind it.
 */
@Timeout(60)
class SyncFileErrnoTest {

    private static final long[] BOTH = {DmaBufIoctl.EXPORT_SYNC_FILE, DmaBufIoctl.IMPORT_SYNC_FILE};

    private final Rig rig = new Rig();
    private DmaBuf buffer;
    private Fd fd;

    @BeforeEach
    void makeBuffer() {
        buffer = rig.buffer(PAGE);
        fd = buffer.fd();
    }

    @AfterEach
    void nothingIsLeftOpen() {
        fd.close();
        buffer.close();
        rig.close();
    }

    private String answer(long request, int flags, int syncFile) {
        try (Arena arena = Arena.ofConfined()) {
            return answer(request, arena.allocateFrom(JAVA_INT, flags, syncFile));
        }
    }

    private String answer(long request, MemorySegment argument) {
        int result = rig.kernel.ioctl(fd.number(), request, argument);
        return result < 0 ? Errno.ofResult(result).name() : "ok";
    }

    private void refuse(long refused, Errno errno) {
        rig.kernel.script = (number, request, word) -> request == refused ? -errno.number() : ScriptedKernel.Script.PASS;
    }

    @Test
    void exportAndImportFromABadPointerAreEfault() {
        for (long request : BOTH) {
            assertEquals("EFAULT", answer(request, MemorySegment.NULL));
        }
    }

    @Test
    void exportAndImportWithoutADirectionAreEinval() {
        try (Fence fence = buffer.exportFence(Access.READ);
                Fd syncFile = fence.fd()) {
            assertEquals("EINVAL", answer(DmaBufIoctl.EXPORT_SYNC_FILE, 0, -1));
            assertEquals("EINVAL", answer(DmaBufIoctl.IMPORT_SYNC_FILE, 0, syncFile.number()));
        }
    }

    @Test
    void exportAndImportWithAnUnknownFlagAreEinval() {
        try (Fence fence = buffer.exportFence(Access.READ);
                Fd syncFile = fence.fd()) {
            for (int flags : new int[] {4, 7, 8, 0x80000001}) {
                assertEquals("EINVAL", answer(DmaBufIoctl.EXPORT_SYNC_FILE, flags, -1));
                assertEquals("EINVAL", answer(DmaBufIoctl.IMPORT_SYNC_FILE, flags, syncFile.number()));
            }
        }
    }

    @Test
    void exportedSyncFileIsClosedOnExec() {
        try (Fence fence = buffer.exportFence(Access.READ);
                Fd copy = fence.fd()) {
            int number = Integer.parseInt(fence.toString().replaceAll("\\D+", ""));
            assertEquals(1, rig.kernel.fcntl(number, Posix.F_GETFD, 0));
            assertEquals(1, rig.kernel.fcntl(copy.number(), Posix.F_GETFD, 0));
        }
    }

    @Test
    void exportWithNoDescriptorLeftIsEmfileAndLeavesNothingOpen() throws Exception {
        buffer.exportFence(Access.READ).close();
        DescriptorLimit.whileLow(() -> {
            List<Fence> fences = new ArrayList<>();
            DmaBufException full = assertThrows(DmaBufException.class, () -> {
                while (true) {
                    fences.add(buffer.exportFence(Access.READ));
                }
            });
            assertEquals(Errno.EMFILE, full.errno());
            assertEquals("DMA_BUF_IOCTL_EXPORT_SYNC_FILE", full.operation());
            fences.removeLast().close();
            fences.add(buffer.exportFence(Access.READ));
            Rig.assertErrno(Errno.EMFILE, () -> fences.getFirst().merge(fences.getLast(), ""));
            fences.forEach(Fence::close);
        });
    }

    @Test
    void exportAndImportWithoutMemoryAreEnomem() {
        try (Fence fence = buffer.exportFence(Access.READ)) {
            refuse(DmaBufIoctl.EXPORT_SYNC_FILE, Errno.ENOMEM);
            Rig.assertErrno(Errno.ENOMEM, () -> buffer.exportFence(Access.WRITE));
            refuse(DmaBufIoctl.IMPORT_SYNC_FILE, Errno.ENOMEM);
            Rig.assertErrno(Errno.ENOMEM, () -> buffer.importFence(fence, Access.WRITE));
            refuse(SyncFileIoctl.MERGE, Errno.ENOMEM);
            Rig.assertErrno(Errno.ENOMEM, () -> fence.merge(fence, ""));
            refuse(SyncFileIoctl.FILE_INFO, Errno.ENOMEM);
            Rig.assertErrno(Errno.ENOMEM, fence::info);
        }
    }

    @Test
    void importOfWhatIsNoSyncFileIsEinval() {
        try (Fd memfd = Memfd.unsealed(rig.kernel, "x", PAGE)) {
            for (int number : new int[] {-1, memfd.number(), fd.number()}) {
                assertEquals("EINVAL", answer(DmaBufIoctl.IMPORT_SYNC_FILE, 3, number));
            }
        }
    }

    @Test
    void importOfAFenceOfAnotherKernelIsEinval() {
        try (Fence foreign = new ForeignFence()) {
            DmaBufException refused = Rig.assertErrno(Errno.EINVAL, () -> buffer.importFence(foreign, Access.READ));
            assertTrue(refused.getMessage().contains("another kernel"), refused.getMessage());
        }
    }

    @Test
    void mergeWithAFenceOfAnotherKernelIsEnoent() {
        try (Fence fence = buffer.exportFence(Access.READ);
                Fence foreign = new ForeignFence()) {
            DmaBufException refused = Rig.assertErrno(Errno.ENOENT, () -> fence.merge(foreign, ""));
            assertTrue(refused.getMessage().contains("no sync file of this kernel"), refused.getMessage());
        }
    }

    @Test
    void interruptedRequestIsIssuedAgain() {
        int[] left = {2, 2, 2};
        rig.kernel.script = (number, request, word) -> {
            int which = request == DmaBufIoctl.EXPORT_SYNC_FILE ? 0 : request == DmaBufIoctl.IMPORT_SYNC_FILE ? 1 : 2;
            return left[which]-- > 0 ? -Errno.EINTR.number() : ScriptedKernel.Script.PASS;
        };
        try (Fence fence = buffer.exportFence(Access.READ)) {
            buffer.importFence(fence, Access.READ);
            assertTrue(fence.status().signalled());
        }
    }

    @Test
    void pollWithoutFencesIsReadyAtOnce() {
        assertEquals(Posix.POLLIN | Posix.POLLOUT, rig.kernel.poll(fd.number(), Posix.POLLIN | Posix.POLLOUT, -1));
        assertTrue(buffer.isReady(Access.READ_WRITE));
    }

    @Test
    void pollInIsReadyWithoutWritersAndPollOutWithoutAnybody() {
        try (Vgem vgem = Vgem.of(rig)) {
            Runnable read = vgem.read(buffer);
            assertEquals(Posix.POLLIN, rig.kernel.poll(fd.number(), Posix.POLLIN | Posix.POLLOUT, 0));
            read.run();
            Runnable write = vgem.write(buffer);
            assertEquals(0, rig.kernel.poll(fd.number(), Posix.POLLIN | Posix.POLLOUT, 0));
            write.run();
        }
    }

    @Test
    void whatPollRefusesIsThrown() {
        try (Fence fence = buffer.exportFence(Access.READ)) {
            rig.kernel.pollScript = (number, events) -> -Errno.ENOMEM.number();
            Rig.assertErrno(Errno.ENOMEM, () -> buffer.isReady(Access.READ));
            Rig.assertErrno(Errno.ENOMEM, () -> buffer.awaitReady(Access.READ, Duration.ZERO));
            Rig.assertErrno(Errno.ENOMEM, fence::isSignalled);
            rig.kernel.pollScript = (number, events) -> Posix.POLLNVAL;
            Rig.assertErrno(Errno.EBADF, () -> buffer.isReady(Access.READ));
            rig.kernel.pollScript = null;
        }
    }

    /** The fence of another implementation, whose descriptor the simulated kernel knows nothing of. */
    private static final class ForeignFence implements Fence {

        private final LinuxSyscalls linux = new LinuxSyscalls();
        private final Pipe pipe = Pipe.open();

        @Override
        public Fd fd() {
            return Fd.adopt(linux.dup(pipe.readEnd()), linux);
        }

        @Override
        public void close() {
            linux.close(pipe.readEnd());
            linux.close(pipe.writeEnd());
        }

        @Override
        public boolean isSignalled() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FenceStatus status() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FenceInfo info() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean await(Duration timeout) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<FenceStatus> whenSignalled() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Fence merge(Fence other, String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void neededWithin(Duration within) {
            throw new UnsupportedOperationException();
        }
    }
}
