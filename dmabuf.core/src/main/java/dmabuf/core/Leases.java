package dmabuf.core;

import dmabuf.linux.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a buffer has given out and not got back. Linked through the leases themselves, so that a lease costs no second object. */
final class Leases {

    private Lease first;

    synchronized void add(Lease lease) {
        lease.next = first;
        if (first != null) {
            first.previous = lease;
        }
        first = lease;
    }

    synchronized void remove(Lease lease) {
        if (lease.previous != null) {
            lease.previous.next = lease.next;
        } else if (first == lease) {
            first = lease.next;
        }
        if (lease.next != null) {
            lease.next.previous = lease.previous;
        }
        lease.next = null;
        lease.previous = null;
        if (first == null) {
            notifyAll();
        }
    }

    /** A snapshot of the mappings among them. */
    synchronized List<MappingLease> mappings() {
        List<MappingLease> all = new ArrayList<>();
        for (Lease each = first; each != null; each = each.next) {
            if (each instanceof MappingLease mapping) {
                all.add(mapping);
            }
        }
        return all;
    }

    /** Waits until all is given back. Goes on when interrupted, since there is a deadline, and keeps the interrupt for later. */
    synchronized boolean awaitNone(Deadline deadline) {
        boolean interrupted = false;
        try {
            while (first != null && !deadline.isOver()) {
                try {
                    TimeUnit.MILLISECONDS.timedWait(this, Math.max(1, deadline.remainingMillis()));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return first == null;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
