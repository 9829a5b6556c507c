package dmabuf.itest;

import dmabuf.api.ExportRequest;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An exporter whose call takes as long as the test wants. */
final class SlowExporter implements Exporter {

    private final Exporter delegate;
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    SlowExporter(Exporter delegate) {
        this.delegate = delegate;
    }

    @Override
    public ExportedBuffer export(ExportRequest request) {
        entered.countDown();
        try {
            if (!released.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the test never released the call");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted in an export", e);
        }
        return delegate.export(request);
    }

    /** Waits until a call is under way. */
    void awaitCall() throws InterruptedException {
        if (!entered.await(10, TimeUnit.SECONDS)) {
            throw new AssertionError("the exporter was not called");
        }
    }

    /** Lets the calls go on. */
    void release() {
        released.countDown();
    }
}
