package dmabuf.tck.fault;

import dmabuf.fd.Errno;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * What happens to some calls of a {@link FaultySyscalls}. Begins to count when it is made, and is over when it is closed, or healed with
 * all the others.
 *
 * <p>Thread-safe. After {@link #close} nothing more happens, and who was blocked goes on.
 */
public final class Fault implements AutoCloseable {

    /** What a fault does when its turn has come. */
    enum Effect { FAIL, SHORTEN, BLOCK }

    private final FaultySyscalls owner;
    private final Predicate<Call> which;
    private final int first;
    private final int last;
    private final Effect effect;
    private final int result;
    private final AtomicInteger seen = new AtomicInteger();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    Fault(FaultySyscalls owner, Predicate<Call> which, int first, int last, Effect effect, Errno errno) {
        this.owner = owner;
        this.which = which;
        this.first = first;
        this.last = last;
        this.effect = effect;
        this.result = errno == null ? 0 : -errno.number();
    }

    /** Counts a call, and tells whether it is this fault's turn. */
    boolean hits(Call call) {
        if (!which.test(call)) {
            return false;
        }
        int number = seen.incrementAndGet();
        return number >= first && number <= last;
    }

    Effect effect() {
        return effect;
    }

    int result() {
        return result;
    }

    /** Notes that a call was met, and holds it where that is the effect. A Java interrupt wakes nobody, as in any native call. */
    void meet() {
        reached.countDown();
        boolean interrupted = false;
        while (effect == Effect.BLOCK) {
            try {
                released.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Tells whether a call has met this fault.
     *
     * @return true once the n-th call has come
     */
    public boolean isReached() {
        return reached.getCount() == 0;
    }

    /**
     * Waits until a call has met this fault.
     *
     * @param patience how long at most
     * @return false when none came in that time
     * @throws InterruptedException when the waiting thread is interrupted
     */
    public boolean awaitReached(Duration patience) throws InterruptedException {
        return reached.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Lets the calls go on that are blocked, and those that come. They do then what they would have done. */
    public void release() {
        released.countDown();
    }

    /** Ends the fault. Later calls do nothing. */
    @Override
    public void close() {
        owner.remove(this);
        release();
    }

    /** Chooses calls, and then says what happens to them. A value: nothing happens before the last word. Immutable. */
    public static final class Choice {

        private final FaultySyscalls owner;
        private final Predicate<Call> which;
        private final int first;
        private final int last;

        Choice(FaultySyscalls owner, Predicate<Call> which, int first, int last) {
            this.owner = owner;
            this.which = Objects.requireNonNull(which, "which");
            if (first < 1 || last < first) {
                throw new IllegalArgumentException("calls count from 1, and these are " + first + " to " + last);
            }
            this.first = first;
            this.last = last;
        }

        /**
         * Chooses several calls one after the other.
         *
         * @param times how many, 1 or more
         * @return a choice that differs in this only
         */
        public Choice times(int times) {
            return new Choice(owner, which, first, Math.addExact(first, times - 1));
        }

        /**
         * Chooses the n-th and all that follow.
         *
         * @return a choice that differs in this only
         */
        public Choice onwards() {
            return new Choice(owner, which, first, Integer.MAX_VALUE);
        }

        /**
         * Has them fail, without the kernel having been asked; but close(2) closes, as it does on Linux whatever it answers, and munmap(2)
         * unmaps, which Linux would not have done: so whatever is found left over is somebody else's leak.
         *
         * @param errno what they answer
         * @return the fault, which is in force now
         */
        public Fault fails(Errno errno) {
            return owner.add(new Fault(owner, which, first, last, Effect.FAIL, Objects.requireNonNull(errno, "errno")));
        }

        /**
         * Has read(2) and write(2) do half of what they are asked for, rounded down, and at least one byte. Other calls know no such
         * thing, and are not changed.
         *
         * @return the fault, which is in force now
         */
        public Fault comesShort() {
            return owner.add(new Fault(owner, which, first, last, Effect.SHORTEN, null));
        }

        /**
         * Has them wait before the kernel is asked, until the fault is released or over.
         *
         * @return the fault, which is in force now
         */
        public Fault blocks() {
            return owner.add(new Fault(owner, which, first, last, Effect.BLOCK, null));
        }
    }
}
