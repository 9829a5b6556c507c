package dmabuf.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** What importers count together. Thread-safe. */
final class Tally {

    /** After so many of them there is nothing to be learned from more. */
    static final int TOO_MANY = 20;

    private final AtomicLong rounds = new AtomicLong();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder wrongBytes = new LongAdder();
    private final LongAdder gone = new LongAdder();
    private final LongAdder noSource = new LongAdder();
    private final LongAccumulator longestPause = new LongAccumulator(Math::max, 0);
    private final AtomicInteger unexpected = new AtomicInteger();
    private final List<String> problems = new ArrayList<>();

    void round() {
        rounds.incrementAndGet();
    }

    /** @param wrong how many of them were not what had been written */
    void checked(long size, long wrong) {
        bytes.add(size);
        wrongBytes.add(wrong);
    }

    void gone() {
        gone.increment();
    }

    void noSource() {
        noSource.increment();
    }

    void pause(long nanos) {
        longestPause.accumulate(nanos);
    }

    /** Counts a failure that should not be, and keeps the words of the first ones. */
    void unexpected(Throwable problem) {
        if (unexpected.incrementAndGet() <= TOO_MANY) {
            StackTraceElement[] stack = problem.getStackTrace();
            synchronized (problems) {
                problems.add(Thread.currentThread().getName() + ": " + problem + (stack.length == 0 ? "" : " at " + stack[0]));
            }
        }
    }

    long rounds() {
        return rounds.get();
    }

    long bytes() {
        return bytes.sum();
    }

    long wrongBytes() {
        return wrongBytes.sum();
    }

    /** How often an exporter that was held said that it is gone. */
    long timesGone() {
        return gone.sum();
    }

    /** How often there was nobody to export. */
    long timesNoSource() {
        return noSource.sum();
    }

    /** The longest time, in nanoseconds, from wanting a buffer until having it. */
    long longestPause() {
        return longestPause.get();
    }

    int unexpected() {
        return unexpected.get();
    }

    List<String> problems() {
        synchronized (problems) {
            return List.copyOf(problems);
        }
    }
}
