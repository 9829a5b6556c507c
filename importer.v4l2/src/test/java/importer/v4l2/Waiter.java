package importer.v4l2;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicReference;

/** Somebody who waits for a frame on a thread of his own. */
final class Waiter {

    final Thread thread;
    private final AtomicReference<Exception> thrown = new AtomicReference<>();

    private Waiter(CaptureStream stream) {
        thread = Thread.startVirtualThread(() -> {
            try {
                stream.next(CameraRig.PATIENCE);
            } catch (Exception e) {
                thrown.set(e);
            }
        });
    }

    /** Starts to wait. When this returns, he does. */
    static Waiter on(CaptureStream stream) {
        Waiter waiter = new Waiter(stream);
        CameraRig.await("wait", () -> waiter.thread.getState() == Thread.State.TIMED_WAITING);
        return waiter;
    }

    /** What ended his wait; null for a frame. */
    Exception thrown() throws InterruptedException {
        assertTrue(thread.join(CameraRig.PATIENCE));
        return thrown.get();
    }
}
