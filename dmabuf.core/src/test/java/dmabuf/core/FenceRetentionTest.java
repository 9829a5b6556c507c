package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.DmaBuf;
import dmabuf.api.Fence;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waits for fences keeps nothing of those who once waited. */
@Timeout(60)
class FenceRetentionTest {

    private final Rig rig = new Rig();
    private Vgem vgem;
    private DmaBuf buffer;

    @BeforeEach
    void makeBuffer() {
        vgem = Vgem.of(rig);
        buffer = rig.buffer(PAGE);
    }

    @AfterEach
    void nothingIsLeftOpen() {
        buffer.close();
        vgem.close();
        rig.close();
    }

    /** Has a thread of somebody with a class loader of his own be the first who waits. */
    private WeakReference<ClassLoader> waitAs(Fence fence, Consumer<Fence> then) throws Exception {
        ClassLoader loader = new URLClassLoader(new URL[0], getClass().getClassLoader());
        InheritableThreadLocal<ClassLoader> inherited = new InheritableThreadLocal<>();
        Thread thread = Thread.ofPlatform().unstarted(() -> {
            inherited.set(loader);
            fence.whenSignalled().thenAccept(status -> loader.getName());
            then.accept(fence);
        });
        thread.setContextClassLoader(loader);
        thread.start();
        assertTrue(thread.join(Duration.ofSeconds(20)));
        return new WeakReference<>(loader);
    }

    private static void assertCollected(WeakReference<?> reference) {
        Rig.await("it is collected", () -> {
            System.gc();
            return reference.get() == null;
        });
    }

    @Test
    void signalledWaitLeavesNothingWhileTheThreadGoesOn() throws Exception {
        Runnable signal = vgem.write(buffer);
        try (DmaBuf other = rig.buffer(PAGE)) {
            Runnable later = vgem.write(other);
            try (Fence fence = buffer.exportFence(Access.READ);
                    Fence keepsTheThread = other.exportFence(Access.READ)) {
                WeakReference<ClassLoader> loader = waitAs(fence, same -> {});
                keepsTheThread.whenSignalled();
                signal.run();
                assertCollected(loader);
                assertEquals(1, Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals("dmabuf-fences"))
                        .count());
                later.run();
            }
        }
    }

    @Test
    void closedFenceLeavesNothingThoughItIsNeverSignalled() throws Exception {
        vgem.write(buffer);
        try (Fence keepsTheThread = buffer.exportFence(Access.READ)) {
            WeakReference<ClassLoader> loader = waitAs(buffer.exportFence(Access.READ), Fence::close);
            keepsTheThread.whenSignalled();
            assertCollected(loader);
        }
    }

    @Test
    void fenceThatNobodyHoldsAnyMoreLeavesNothingOfItsWaitsThatTimedOut() throws Exception {
        vgem.write(buffer);
        try (Fence fence = buffer.exportFence(Access.READ)) {
            fence.await(Duration.ofMillis(1));
            WeakReference<Thread> gone = timeOutOnAnotherThread(fence);
            assertCollected(gone);
        }
    }

    private static WeakReference<Thread> timeOutOnAnotherThread(Fence fence) throws Exception {
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                fence.await(Duration.ofMillis(1));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertTrue(thread.join(Duration.ofSeconds(20)));
        return new WeakReference<>(thread);
    }
}
