package dmabuf.core;

import dmabuf.api.BufferSource;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.ExporterProperties;
import dmabuf.fd.Errno;
import dmabuf.linux.Deadline;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import java.util.List;
import java.util.Objects;

/**
 * One incarnation of an exporter: what importers see of it, and the only way to it. Once it has left, nothing here leads to the exporter,
 * however long somebody keeps this.
 */
final class ExporterSource implements BufferSource {

    private static final System.Logger LOG = System.getLogger(ExporterSource.class.getName());

    private final Census census;
    private final long incarnation;
    private final CallGate gate = new CallGate();
    private final Withdrawal withdrawal = new Withdrawal();

    private volatile Exporter exporter;
    private volatile Standing standing;

    /**
     * What decides the order of sources. Replaced as a whole.
     *
     * @param name what messages and every buffer call the source
     */
    record Standing(ExporterProperties properties, int ranking, String name) {

        Standing(ExporterProperties properties, int ranking) {
            this(properties, ranking, properties.toString());
        }
    }

    /** @param incarnation a number that no other source of this core has, more than 0; also the order of arrival */
    ExporterSource(Census census, long incarnation, Exporter exporter, Standing standing) {
        this.census = census;
        this.incarnation = incarnation;
        this.exporter = exporter;
        this.standing = standing;
    }

    @Override
    public ExporterProperties properties() {
        return standing.properties;
    }

    @Override
    public DmaBuf export(ExportRequest request) {
        Objects.requireNonNull(request, "request");
        if (!gate.enter()) {
            throw new ExporterGoneException(toString());
        }
        try {
            Exporter target = exporter;
            if (target == null) {
                // Gone between the gate and here: whoever ended it waited in vain for this call, which has not called yet.
                throw new ExporterGoneException(toString());
            }
            return Adoption.adopt(this, call(target, request), request, census).firstHandle();
        } finally {
            gate.exit();
        }
    }

    /** Calls the exporter. What comes out of it is a description, or an exception of the API's. */
    private ExportedBuffer call(Exporter target, ExportRequest request) {
        try {
            return target.export(request);
        } catch (DmaBufException e) {
            throw e;
        } catch (Throwable e) {
            // Whatever it is, linkage errors of a half-resolved bundle included: the exporter failed, and the caller is not to know its
            // classes.
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            LOG.log(System.Logger.Level.WARNING, "{0} failed to export: {1}", toString(), Foreign.report(e));
            throw new DmaBufException(
                    Errno.EIO, "export", toString(), "the exporter is at fault: it threw " + Foreign.summary(e));
        }
    }

    /** What calls of the exporter pass. */
    CallGate gate() {
        return gate;
    }

    long incarnation() {
        return incarnation;
    }

    Standing standing() {
        return standing;
    }

    void standing(Standing changed) {
        standing = changed;
    }

    boolean isActive() {
        return gate.isActive();
    }

    /** What makes the source invisible, once, when it leaves; at once when it is leaving already. */
    void whenLeaving(Runnable withdraw) {
        withdrawal.set(withdraw);
    }

    /** First step: no new call. */
    void shut() {
        gate.drain();
    }

    /** Second step, after the source is out of the selection: importers lose sight of it. */
    void withdraw() {
        withdrawal.run();
    }

    /** Third step: waits for the calls in flight, and says who did not return. */
    void awaitCalls(Deadline deadline) {
        List<Thread> stuck = gate.awaitOthers(deadline);
        if (!stuck.isEmpty() && gate.phase() != CallGate.Phase.GONE) {
            StringBuilder text = new StringBuilder();
            stuck.forEach(thread -> text.append('\n').append(Foreign.whereabouts(thread)));
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} is stopping, and {1} of its calls did not return within the drain time; what they return later is accepted:{2}",
                    toString(),
                    Integer.toString(stuck.size()),
                    text.toString());
        }
    }

    /** Last step: its buffers are orphans, and the exporter is let go. */
    void end() {
        if (gate.end()) {
            exporter = null;
            int orphans = census.orphan(incarnation);
            LOG.log(
                    System.Logger.Level.INFO,
                    "exporter gone: {0}{1}",
                    toString(),
                    orphans == 0 ? "" : "; its buffers live on until they are closed: " + orphans);
        }
    }

    /** Names the source in messages: exporter, device and generation. */
    @Override
    public String toString() {
        return standing.name;
    }
}
