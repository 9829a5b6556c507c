package dmabuf.core;

import dmabuf.linux.Deadline;
import java.time.Duration;

/**
 * Takes the memory of a buffer away that leaves with its device: importers are told, the grace period passes, the mappings of the CPU are
 * closed, open scopes and native functions are waited for up to a deadline. Nothing is unmapped in any other way than by closing its arena,
 * after which an access throws instead of reaching what the address means by then. Runs on a thread of its own, since the thread that says
 * that the device is leaving has no time.
 */
final class Revocation implements Runnable {

    private static final System.Logger LOG = System.getLogger(Revocation.class.getName());

    /** How long scopes and native functions that have the memory are waited for once the grace period is over. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final BufferBody body;
    private final Deadline grace;

    private Revocation(BufferBody body, Deadline grace) {
        this.body = body;
        this.grace = grace;
    }

    /** Begins. The use of the buffer that the caller has is given back at the end. */
    static void begin(BufferBody body, int graceMillis) {
        Thread.ofVirtual()
                .name("dmabuf-revocation")
                .inheritInheritableThreadLocals(false)
                .start(new Revocation(body, Deadline.in(Duration.ofMillis(graceMillis))));
    }

    @Override
    public void run() {
        try {
            boolean idle = RevokeSequence.run(body, grace);
            if (!idle) {
                LOG.log(System.Logger.Level.WARNING, "the memory of {0} leaves while a device has it mapped or is at work on it", body.toString());
            }
            body.awaitUnmapped(grace);
            body.gone();
            takeMappingsAway();
            body.letDeviceGo();
        } finally {
            body.release();
        }
    }

    private void takeMappingsAway() {
        body.leases(MappingLease.class).forEach(MappingLease::takeAway);
        if (body.awaitUnmapped(Deadline.in(PATIENCE))) {
            return;
        }
        for (MappingLease lease : body.leases(MappingLease.class)) {
            BufferMapping mapping = lease.mapping();
            if (mapping == null) {
                continue; // Nobody can reach it, so it is unmapped as a leak.
            }
            int scopes = lease.openScopes();
            LOG.log(
                    System.Logger.Level.WARNING,
                    mapping.force()
                            ? "{0} was taken away while {1} scopes were open on it: its memory has left with the device"
                            : "{0}, with {1} open scopes, is in use by a native function, and its memory has left with the device",
                    lease.toString(),
                    Integer.toString(scopes));
        }
    }
}
