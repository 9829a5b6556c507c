package dmabuf.core;

import dmabuf.api.BufferInfo;
import dmabuf.api.BufferListener;
import dmabuf.api.Subscription;
import dmabuf.linux.Deadline;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Tells listeners, in order, on a thread of its own that begins with the first piece of news and ends with the core. */
final class Announcer {

    private static final System.Logger LOG = System.getLogger(Announcer.class.getName());

    /** The standing of one listener. */
    private final class Membership implements Subscription {

        private volatile BufferListener listener;

        Membership(BufferListener listener) {
            this.listener = listener;
        }

        void tell(BufferInfo news) {
            BufferListener whom = listener;
            if (whom == null) {
                return;
            }
            try {
                whom.stateChanged(news);
            } catch (RuntimeException | Error e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "a listener failed when it was told that {0} is {1}: {2}",
                        news.toString(),
                        news.state().toString(),
                        Foreign.report(e));
            }
        }

        @Override
        public void close() {
            members.remove(this);
            listener = null; // What is still queued for it keeps this, and not the listener.
        }
    }

    /** @param to who listened when it happened */
    private record News(BufferInfo what, List<Membership> to) {}

    private final CopyOnWriteArrayList<Membership> members = new CopyOnWriteArrayList<>();
    private final Object lock = new Object();
    private final Queue<News> queue = new ArrayDeque<>();
    private Thread thread;
    private boolean ended;

    Subscription listen(BufferListener listener) {
        Membership member = new Membership(Objects.requireNonNull(listener, "listener"));
        members.add(member);
        return member;
    }

    boolean hasListeners() {
        return !members.isEmpty();
    }

    /** Queues a piece of news; never waits, and calls nobody. */
    void post(BufferInfo what) {
        synchronized (lock) {
            if (ended) {
                return;
            }
            queue.add(new News(what, List.copyOf(members)));
            if (thread == null) {
                thread = announcingThread();
                thread.start();
            }
            lock.notifyAll();
        }
    }

    private Thread announcingThread() {
        // Whoever posts first may be a bundle on its way out: nothing of its thread is inherited, its context class loader included.
        return Thread.ofPlatform()
                .name("dmabuf-announcer")
                .daemon()
                .inheritInheritableThreadLocals(false)
                .unstarted(this::announce);
    }

    private void announce() {
        for (News news = next(); news != null; news = next()) {
            for (Membership member : news.to) {
                member.tell(news.what);
            }
        }
    }

    /** Waits for news; null when there will be none any more. */
    private News next() {
        synchronized (lock) {
            while (queue.isEmpty() && !ended) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    // Left over from a listener, or meant for one: only end() ends this thread.
                    continue;
                }
            }
            return queue.poll();
        }
    }

    /**
     * Lets the thread tell what is queued and then end. Waits for it within the deadline, then interrupts the listener that holds it.
     *
     * @return true for the one call that ended it
     */
    boolean end(Deadline deadline) {
        Thread ending;
        synchronized (lock) {
            if (ended) {
                return false;
            }
            ended = true;
            lock.notifyAll();
            ending = thread;
        }
        if (ending != null && ending != Thread.currentThread()) {
            await(ending, deadline);
        }
        return true;
    }

    private static void await(Thread ending, Deadline deadline) {
        try {
            ending.join(Math.max(1, deadline.remainingMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (ending.isAlive()) {
            LOG.log(System.Logger.Level.WARNING, "a listener holds up the end of the core: {0}", Foreign.whereabouts(ending));
            ending.interrupt();
        }
    }
}
