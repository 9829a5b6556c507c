package dmabuf.sim;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Signals fences that nobody else signals in time. Its thread is there only while there are such fences. */
final class FenceTimer {

    private static final long IDLE_SECONDS = 1;

    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("dmabuf-simulated-fences").factory());

    FenceTimer() {
        executor.setRemoveOnCancelPolicy(true);
        executor.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
    }

    /** Signals a fence when the time is over, unless it is signalled before. */
    void expire(Fence fence, long millis) {
        var timer = executor.schedule(fence::signal, millis, TimeUnit.MILLISECONDS);
        fence.onSignal(() -> timer.cancel(false));
    }
}
