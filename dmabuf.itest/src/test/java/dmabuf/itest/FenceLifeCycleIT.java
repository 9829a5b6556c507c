package dmabuf.itest;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.Fence;
import dmabuf.api.FenceStatus;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.itest.container.InContainer;
import dmabuf.linux.Ioctl;
import dmabuf.linux.Syscalls;
import dmabuf.linux.drm.DrmDevice;
import dmabuf.linux.drm.DrmIoctl;
import dmabuf.sim.SimulatedGpu;
import dmabuf.sim.SimulatedKernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleWiring;

/** The core is stopped and replaced while somebody waits for the device that writes a buffer. */
@InContainer(DmaBufPlatform.class)
@ExtendWith(NoLeaks.class)
class FenceLifeCycleIT {

    private static final String CARD = "/dev/dri/card0";
    private static final long VGEM_FENCE_ATTACH = Ioctl.iowr(DrmIoctl.TYPE, 0x41, 16);
    private static final long VGEM_FENCE_SIGNAL = Ioctl.iow(DrmIoctl.TYPE, 0x42, 8);
    private static final int WRITE = 1;

    private final Deployment deployment;
    private DrmDevice vgem;

    FenceLifeCycleIT(BundleContext context) {
        deployment = new Deployment(context);
    }

    @BeforeEach
    void deploy() throws Exception {
        deployment.onSimulatedDevices().install("exporter.udmabuf");
        Syscalls kernel = deployment.service(SimulatedKernel.class, "");
        ((SimulatedKernel) kernel).machine().plug(CARD, SimulatedGpu.VGEM);
        vgem = DrmDevice.open(kernel, CARD);
    }

    @AfterEach
    void undeploy() throws Exception {
        vgem.close();
        deployment.service(SimulatedKernel.class, "").machine().unplug(CARD);
        deployment.close();
    }

    private DmaBuf buffer() {
        return deployment.source(Deployment.UDMABUF).export(ExportRequest.ofSize(4096));
    }

    /** Has vgem begin to write a buffer; gives what ends that. */
    private Runnable write(DmaBuf buffer) {
        int handle;
        try (Fd fd = buffer.fd()) {
            handle = vgem.importHandle(fd);
        }
        int fence = call(VGEM_FENCE_ATTACH, 2, handle, WRITE, 0, 0);
        return () -> call(VGEM_FENCE_SIGNAL, 0, fence, 0);
    }

    private int call(long request, int answerAt, int... words) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocateFrom(JAVA_INT, words);
            vgem.call(request, struct, "vgem", Long.toHexString(request));
            return struct.getAtIndex(JAVA_INT, answerAt);
        }
    }

    private static long waiters() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals("dmabuf-fences")).count();
    }

    private static Errno failure(CompletableFuture<FenceStatus> stage) {
        ExecutionException e = assertThrows(ExecutionException.class, () -> stage.get(10, TimeUnit.SECONDS));
        return assertInstanceOf(DmaBufException.class, e.getCause()).errno();
    }

    @Test
    void stoppedCoreEndsItsWaitsAndItsThreadAndLeavesFencesUsable() throws Exception {
        try (DmaBuf buffer = buffer()) {
            Runnable signal = write(buffer);
            try (Fence fence = buffer.exportFence(Access.READ)) {
                CompletableFuture<FenceStatus> stage = fence.whenSignalled().toCompletableFuture();
                assertEquals(1, waiters());

                deployment.bundle("dmabuf.core").stop();

                assertEquals(Errno.ECANCELED, failure(stage));
                assertEquals(0, waiters());
                assertFalse(fence.isSignalled());
                signal.run();
                assertTrue(fence.await(Duration.ofSeconds(10)));
                assertTrue(buffer.isReady(Access.READ));
            }
        }
    }

    @Test
    void refreshedCoreLetsItsClassLoaderGoAlthoughItWaitedForFences() throws Exception {
        Bundle core = deployment.bundle("dmabuf.core");
        WeakReference<ClassLoader> loader = new WeakReference<>(core.adapt(BundleWiring.class).getClassLoader());
        waitInVain();

        core.stop();
        deployment.refresh(core);
        core.start();

        Await.until("collection of the core's class loader", Duration.ofSeconds(30), () -> {
            System.gc();
            return loader.get() == null;
        });
        buffer().close();
    }

    /** Whatever a wait could leave behind: one that timed out, a stage that was told, and one that never will be. */
    private void waitInVain() throws Exception {
        try (DmaBuf buffer = buffer()) {
            Runnable signal = write(buffer);
            try (Fence fence = buffer.exportFence(Access.READ)) {
                assertFalse(fence.await(Duration.ofMillis(1)));
                CompletableFuture<FenceStatus> stage = fence.whenSignalled().toCompletableFuture();
                signal.run();
                assertEquals(FenceStatus.SIGNALLED, stage.get(10, TimeUnit.SECONDS));
            }
            write(buffer);
            try (Fence fence = buffer.exportFence(Access.READ)) {
                fence.whenSignalled();
            }
        }
    }
}
