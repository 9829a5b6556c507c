package dmabuf.sim;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Tells cameras when to take pictures. A picture that is late because the machine was busy is taken all the same: the sensor it stands for
 * would not have waited. Its thread is there only while a camera streams.
 */
final class CameraClock {

    private static final long IDLE_SECONDS = 1;

    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("dmabuf-simulated-cameras").factory());

    CameraClock() {
        executor.setRemoveOnCancelPolicy(true);
        executor.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
    }

    /** Runs something every so often, until it is cancelled. */
    Future<?> every(long nanos, Runnable tick) {
        return executor.scheduleAtFixedRate(tick, nanos, nanos, TimeUnit.NANOSECONDS);
    }
}
