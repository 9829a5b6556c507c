package dmabuf.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.BufferSource;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An exporter whose calls stay inside until the test lets them go. */
final class HeldExporter implements Exporter {

    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch mayReturn = new CountDownLatch(1);
    private final Exporter real;

    HeldExporter(Exporter real) {
        this.real = real;
    }

    @Override
    public ExportedBuffer export(ExportRequest request) {
        inside.countDown();
        waitFor(mayReturn);
        return real.export(request);
    }

    /** Begins a call on a thread of its own, and waits until it is inside. */
    CompletableFuture<DmaBuf> call(BufferSource source) {
        CompletableFuture<DmaBuf> call =
                CompletableFuture.supplyAsync(() -> source.export(ExportRequest.ofSize(Rig.PAGE)), HeldExporter::onItsOwnThread);
        waitFor(inside);
        return call;
    }

    void letGo() {
        mayReturn.countDown();
    }

    static void onItsOwnThread(Runnable task) {
        Thread.ofPlatform().name("caller").start(task);
    }

    static void waitFor(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }
}
