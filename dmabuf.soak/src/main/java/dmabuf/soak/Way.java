package dmabuf.soak;

import dmabuf.api.BufferSource;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufs;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.NoSourceException;
import dmabuf.api.Requirements;
import dmabuf.api.Selection;

/** The ways in which an importer can come by a buffer: each has to come through a swap. One importer's own. */
interface Way {

    /**
     * Exports.
     *
     * @throws ExporterGoneException when the exporter that is held is gone
     * @throws NoSourceException when there is none
     */
    DmaBuf export(ExportRequest request);

    /** Since which epoch of the gap a refusal of this way can be the consequence of a swap, given when the export began. */
    default long staleSince(long begun) {
        return begun;
    }

    /** The façade and the selection take turns with a source that is held, importer by importer. */
    static Way of(int importer, DmaBufs buffers, Requirements needs, Gap gap) {
        return switch (importer % 3) {
            case 0 -> new Facade(buffers, needs);
            case 1 -> new Selected(buffers.select(needs));
            default -> new Held(buffers.select(needs), gap);
        };
    }

    /** Asks for a buffer by requirements, each time anew. */
    record Facade(DmaBufs buffers, Requirements needs) implements Way {
        @Override
        public DmaBuf export(ExportRequest request) {
            return buffers.export(needs, request);
        }
    }

    /** Keeps a selection, which follows what comes and goes. */
    record Selected(Selection selection) implements Way {
        @Override
        public DmaBuf export(ExportRequest request) {
            return selection.export(request);
        }
    }

    /** Holds one source until that says that its exporter is gone, as a component with a reference would. */
    final class Held implements Way {

        private final Selection selection;
        private final Gap gap;
        private BufferSource source;
        private long since;

        Held(Selection selection, Gap gap) {
            this.selection = selection;
            this.gap = gap;
        }

        @Override
        public DmaBuf export(ExportRequest request) {
            if (source == null) {
                since = gap.epoch();
                source = selection.source();
            }
            try {
                return source.export(request);
            } catch (ExporterGoneException e) {
                source = null;
                throw e;
            }
        }

        @Override
        public long staleSince(long begun) {
            return Math.min(begun, since);
        }
    }
}
