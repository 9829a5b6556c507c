package importer.v4l2;

import dmabuf.api.BufferState;
import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Has the buffers of a running stream replaced, one by one as they come back, when their exporter has gone or somebody asked for it. They
 * are replaced in rounds, each with a choice of its own. Thread-safe; exporters are asked with no lock held, by one thread at a time.
 */
final class BufferRenewal {

    /** Is told what happens. */
    @FunctionalInterface
    interface News {
        void tell(CaptureEvent.Kind kind, String message);
    }

    /** Memory that may take a place's, and the round that it is of. */
    record Fresh(SlotMemory memory, int round) {}

    private final ExporterChoice exporters;
    private final WhenExporterGoes whenExporterGoes;
    private final Set<String> announced = new HashSet<>();
    private News news = (kind, message) -> { };
    private BufferChoice choice;
    private int round;
    /** The round that the choice was last begun anew for. */
    private int chosenFor;
    private boolean busy;
    /** The driver's latest refusal, which whoever negotiates next takes into account. */
    private DmaBufException refusal;
    /** The exporters with whom it was tried in vain. */
    private List<String> inVain;

    /**
     * Begins with what was chosen at first.
     *
     * @param exporters null where the buffers are the camera's or the caller's own, and stay what they are
     */
    BufferRenewal(ExporterChoice exporters, BufferChoice choice, WhenExporterGoes whenExporterGoes) {
        this.exporters = exporters;
        this.choice = choice;
        this.whenExporterGoes = whenExporterGoes;
    }

    synchronized void tellNewsTo(News listener) {
        news = listener;
    }

    synchronized BufferChoice choice() {
        return choice;
    }

    /** Wants all buffers replaced. */
    void request(String camera) {
        if (exporters == null) {
            throw new DmaBufException(Errno.EOPNOTSUPP, "renegotiate", camera,
                    "its buffers were not negotiated: they are the camera's own, or the caller's");
        }
        News listener;
        synchronized (this) {
            begin();
            listener = news;
        }
        listener.tell(CaptureEvent.Kind.RENEGOTIATING, "as asked for, buffers are replaced one by one");
    }

    private void begin() {
        round++;
        inVain = null;
    }

    /** The driver does not take what was last found. */
    synchronized void refused(DmaBufException why) {
        refusal = why;
    }

    /** Memory for a place that is out, where its own is to be replaced and there is any; null otherwise. */
    Fresh replacement(Slot slot) {
        BufferState state = slot.memory.state();
        if (state == BufferState.ACTIVE && isOfThisRound(slot)) {
            return null; // As nearly always.
        }
        String origin = slot.memory.origin();
        List<String> present = exporters == null ? List.of() : exporters.present();
        CaptureEvent.Kind kind = null;
        News listener;
        int mine = 0;
        synchronized (this) {
            listener = news;
            if (exporters != null && slot.round == round && mustGo(state)) {
                begin();
                kind = CaptureEvent.Kind.RENEGOTIATING;
            } else if (state != BufferState.ACTIVE && slot.round == round && announced.add(origin)) {
                kind = CaptureEvent.Kind.BUFFERS_GO_ON;
            }
            if (slot.round < round && !busy && !present.equals(inVain)) {
                busy = true;
                mine = round;
            }
        }
        if (kind != null) {
            listener.tell(kind, origin + (state == BufferState.REVOKED ? " has gone with its memory" : " has gone")
                    + (kind == CaptureEvent.Kind.RENEGOTIATING ? "; buffers are replaced one by one" : "; its buffers go on"));
        }
        return mine == 0 ? null : negotiate(mine, present, listener);
    }

    private synchronized boolean isOfThisRound(Slot slot) {
        return slot.round == round;
    }

    private boolean mustGo(BufferState state) {
        return state == BufferState.REVOKED
                || state == BufferState.ORPHANED && whenExporterGoes == WhenExporterGoes.RENEGOTIATE;
    }

    private Fresh negotiate(int mine, List<String> present, News listener) {
        boolean found = false;
        DmaBufException failure = null;
        try {
            prepare(mine);
            SlotMemory memory = SlotMemory.of(exporters.buffers());
            BufferChoice made = exporters.describe(memory.origin());
            synchronized (this) {
                choice = made;
            }
            found = true;
            return new Fresh(memory, mine);
        } catch (DmaBufException e) {
            failure = e;
            return null;
        } finally {
            synchronized (this) {
                busy = false;
                inVain = found ? null : present;
            }
            if (failure != null) {
                exporters.renew();
                listener.tell(CaptureEvent.Kind.NOT_RENEGOTIATED, "no other buffers, the old ones go on: " + failure.getMessage());
            }
        }
    }

    /** Takes into account what has happened since the last time. */
    private void prepare(int mine) {
        DmaBufException why;
        synchronized (this) {
            why = refusal;
            refusal = null;
        }
        if (chosenFor != mine) {
            exporters.renew();
            chosenFor = mine;
        } else if (why != null) {
            exporters.refused(why);
        }
    }
}
