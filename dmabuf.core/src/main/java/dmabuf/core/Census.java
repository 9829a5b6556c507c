package dmabuf.core;

import dmabuf.api.BufferId;
import dmabuf.api.BufferInfo;
import dmabuf.api.BufferState;
import dmabuf.api.Lifetime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Every buffer that is alive, in the order in which they came, and the only place where one changes its state: so announcements come in
 * the order of the changes.
 *
 * <p>The same memory that comes in twice is two lines with one identity: each has a descriptor and a policy of its own, and each can leak.
 */
final class Census {

    private final Object lock = new Object();
    private final BufferList alive = new BufferList();
    private final NamedBuffers named = new NamedBuffers();
    private final AtomicLong numbered = new AtomicLong();
    private final Announcer announcer;
    private final AliasGuard aliases = new AliasGuard();
    private final LeakWatch leaks = new LeakWatch(this);
    private volatile int graceMillis = CoreDmaBufs.DEFAULT_GRACE_MILLIS;

    /** Of use to every buffer, which finds it here. */
    private final Fences fences = new Fences(leaks);

    Census(Announcer announcer) {
        this.announcer = announcer;
    }

    /** How long mappings go on working once their memory is leaving, in milliseconds. */
    int graceMillis() {
        return graceMillis;
    }

    void graceMillis(int millis) {
        graceMillis = millis;
    }

    Fences fences() {
        return fences;
    }

    /** Finds the leaks of all these buffers, and of the fences. */
    LeakWatch leaks() {
        return leaks;
    }

    /** An identity for memory that has no inode to be known by. */
    BufferId number() {
        return new BufferId(BufferId.NO_FILE, numbered.incrementAndGet());
    }

    /** The mappings of all these buffers. */
    AliasGuard aliases() {
        return aliases;
    }

    /**
     * Takes a new buffer up.
     *
     * @param exporterThere looked at under the lock: when its exporter is leaving already, the buffer is born ORPHANED. {@link #orphan}
     *     comes after that has become false, so a buffer is found by one or the other
     */
    void add(BufferBody buffer, String name, BooleanSupplier exporterThere) {
        leaks.begin();
        synchronized (lock) {
            named.name(buffer, name.isEmpty() ? named.of(buffer.facts().id()) : name);
            alive.add(buffer);
            if (!exporterThere.getAsBoolean()) {
                enter(buffer, BufferState.ORPHANED);
            }
        }
    }

    /** The exporter of these buffers is gone. Tells how many it leaves behind. Memory that nobody can speak for any more goes with it. */
    int orphan(long incarnation) {
        int orphans = 0;
        List<BufferBody> leaving = new ArrayList<>();
        synchronized (lock) {
            for (BufferBody buffer : alive) {
                if (buffer.facts().incarnation() == incarnation) {
                    orphans++;
                    if (buffer.facts().lifetime() == Lifetime.DEVICE_BOUND) {
                        leaving.add(buffer);
                    } else if (buffer.state() == BufferState.ACTIVE) {
                        enter(buffer, BufferState.ORPHANED);
                    }
                }
            }
        }
        leaving.forEach(BufferBody::revoke);
        return orphans;
    }

    /** The memory of a buffer leaves. True for the one call that says so first. */
    boolean revoked(BufferBody buffer) {
        synchronized (lock) {
            if (!alive.contains(buffer) || buffer.state() == BufferState.REVOKED) {
                return false;
            }
            enter(buffer, BufferState.REVOKED);
            return true;
        }
    }

    /** Nobody uses the buffer any more. */
    void closed(BufferBody buffer) {
        synchronized (lock) {
            alive.remove(buffer);
            named.forget(buffer);
            enter(buffer, BufferState.CLOSED);
        }
    }

    /** The memory has a new name, under every handle. */
    void renamed(BufferBody renamed, String name) {
        synchronized (lock) {
            for (BufferBody buffer : alive) {
                if (buffer.facts().id().equals(renamed.facts().id())) {
                    named.name(buffer, name);
                }
            }
        }
    }

    private void enter(BufferBody buffer, BufferState state) {
        buffer.state(state);
        if (announcer.hasListeners()) {
            announcer.post(buffer.line());
        }
    }

    /** The classes of the kernels that buffers are of: what works on their descriptors. */
    Set<Class<?>> kernels() {
        synchronized (lock) {
            Set<Class<?>> kernels = new HashSet<>();
            alive.forEach(buffer -> kernels.add(buffer.kernel().getClass()));
            return kernels;
        }
    }

    /** A snapshot, oldest first. */
    List<BufferInfo> lines() {
        synchronized (lock) {
            List<BufferInfo> lines = new ArrayList<>();
            for (BufferBody buffer : alive) {
                lines.add(buffer.line());
            }
            return lines;
        }
    }
}
