package dmabuf.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Fd;
import dmabuf.linux.DmaBufIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many clients of one device at once, and fences that are signalled while everybody looks: answers are the kernel's, and nothing leaks. */
class DrmConcurrencyTest extends SimulatedKernelCase {

    private static final String CARD = "/dev/dri/card0";
    private static final int THREADS = 6;

    private interface Work {
        void run(int thread) throws Exception;
    }

    @BeforeEach
    void plug() {
        kernel.machine().plug(CARD, SimulatedGpu.VGEM);
        kernel.machine().plug("/dev/dri/card1", SimulatedGpu.VIRTIO_GPU);
    }

    private static void inThreads(Work work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        try (ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                all.add(executor.submit(() -> {
                    start.await();
                    work.run(thread);
                    return null;
                }));
            }
            for (Future<Void> each : all) {
                each.get(60, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void handleThatIsClosedWhileOthersExportItIsExportedOrGone() throws Exception {
        try (Drm card = new Drm(kernel, CARD)) {
            for (int round = 0; round < 60; round++) {
                int handle = card.dumb(1).handle();
                inThreads(thread -> {
                    if (thread == 0) {
                        assertEquals(0, card.closeHandle(handle));
                        return;
                    }
                    int fd = card.toFd(handle, Drm.CLOEXEC | Drm.RDWR);
                    assertTrue(List.of("ok", "ENOENT").contains(answer(fd)), answer(fd));
                    if (fd >= 0) {
                        assertEquals(PAGE, kernel.lseek(fd, 0, dmabuf.linux.Posix.SEEK_END));
                        assertEquals(0, kernel.close(fd));
                    }
                });
                assertEquals(List.of(), kernel.machine().buffers());
            }
        }
    }

    @Test
    void buffersGoRoundBetweenDevicesAndClientsWithoutBeingLost() throws Exception {
        try (Drm shared = new Drm(kernel, CARD)) {
            inThreads(thread -> {
                for (int round = 0; round < 60; round++) {
                    try (Drm maker = new Drm(kernel, thread % 2 == 0 ? CARD : "/dev/dri/card1");
                            Drm taker = new Drm(kernel, "/dev/dri/renderD128");
                            Fd buffer = maker.export(maker.dumb(1).handle())) {
                        int common = shared.toHandle(buffer.number());
                        int own = taker.toHandle(buffer.number());
                        assertTrue(common > 0 && own == 1, answer(common) + " " + own);
                        try (Fd again = taker.export(own)) {
                            assertEquals(
                                    dmabuf.linux.FileStatus.of(buffer.number()).inode(),
                                    dmabuf.linux.FileStatus.of(again.number()).inode());
                        }
                        assertEquals(0, shared.closeHandle(common));
                    }
                }
            });
            assertEquals(List.of(), kernel.machine().buffers());
        }
    }

    @Test
    void fenceThatIsSignalledWhileOthersWaitExportAndCloseReachesEverybody() throws Exception {
        try (Drm card = new Drm(kernel, CARD);
                Fd buffer = card.export(card.dumb(1).handle())) {
            for (int round = 0; round < 60; round++) {
                int fence = card.attach(1, 1);
                inThreads(thread -> {
                    try (Arena own = Arena.ofConfined()) {
                        if (thread == 0) {
                            assertEquals(0, card.signal(fence));
                        } else if (thread % 2 == 0) {
                            assertEquals(0, kernel.ioctl(buffer.number(), DmaBufIoctl.SYNC, own.allocateFrom(ValueLayout.JAVA_LONG, 3)));
                        } else {
                            MemorySegment export = own.allocate(8, 4);
                            export.set(ValueLayout.JAVA_INT, 0, 3);
                            assertEquals(0, kernel.ioctl(buffer.number(), DmaBufIoctl.EXPORT_SYNC_FILE, export));
                            int fd = export.get(ValueLayout.JAVA_INT, 4);
                            if (thread == 1) {
                                assertEquals(1, kernel.poll(fd, 1, 30_000));
                            }
                            assertEquals(0, kernel.close(fd));
                        }
                    }
                });
            }
        }
    }
}
