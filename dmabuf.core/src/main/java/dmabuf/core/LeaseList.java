package dmabuf.core;

import dmabuf.linux.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What was given out and not got back. Linked through the leases themselves, so that a lease costs no second object. */
class LeaseList {

    private Lease firstLease;

    final synchronized void add(Lease lease) {
        lease.next = firstLease;
        if (firstLease != null) {
            firstLease.previous = lease;
        }
        firstLease = lease;
    }

    /** It has come back, and cannot leak any more. Does nothing the second time. */
    final synchronized void remove(Lease lease) {
        lease.clear();
        if (lease.previous != null) {
            lease.previous.next = lease.next;
        } else if (firstLease == lease) {
            firstLease = lease.next;
        }
        if (lease.next != null) {
            lease.next.previous = lease.previous;
        }
        lease.next = null;
        lease.previous = null;
        notifyAll();
    }

    /** A snapshot of the leases of one kind. */
    final synchronized <T extends Lease> List<T> leases(Class<T> kind) {
        List<T> all = new ArrayList<>();
        for (Lease each = firstLease; each != null; each = each.next) {
            if (kind.isInstance(each)) {
                all.add(kind.cast(each));
            }
        }
        return all;
    }

    private boolean isMapped() {
        for (Lease each = firstLease; each != null; each = each.next) {
            if (each instanceof MappingLease) {
                return true;
            }
        }
        return false;
    }

    /** Waits until no mapping is left. Goes on when interrupted, since there is a deadline, and keeps the interrupt for later. */
    final synchronized boolean awaitUnmapped(Deadline deadline) {
        boolean interrupted = false;
        try {
            while (isMapped() && !deadline.isOver()) {
                try {
                    TimeUnit.MILLISECONDS.timedWait(this, Math.max(1, deadline.remainingMillis()));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return !isMapped();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
