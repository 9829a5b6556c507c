package dmabuf.core;

import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.ExporterProperties;
import dmabuf.api.ImporterRefusal;
import dmabuf.api.NegotiatedBuffer;
import dmabuf.api.Negotiation;
import dmabuf.api.NegotiationException;
import dmabuf.api.Requirements;
import dmabuf.frame.DrmModifier;
import dmabuf.frame.FrameDescription;
import dmabuf.frame.FrameFormat;
import dmabuf.linux.MappedMemory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks for a buffer that several importers can share: one run, on one thread. */
final class Negotiator {

    /**
     * What a source would be asked for, or why it is not asked.
     *
     * @param format null when nobody states any
     * @param frame null when none is asked for
     * @param size of the buffer in bytes
     * @param refusals empty when it can be asked
     */
    private record Proposal(ExporterSource source, FrameFormat format, FrameDescription frame, long size, List<ImporterRefusal> refusals) {}

    private final SourceRegistry registry;
    private final Negotiation negotiation;
    private final Requirements merged;
    private final List<FrameFormat> formats;
    private final Map<ExporterSource, List<ImporterRefusal>> failed = new LinkedHashMap<>();

    private Negotiator(SourceRegistry registry, Negotiation negotiation) {
        this.registry = registry;
        this.negotiation = negotiation;
        this.merged = inWholePages(negotiation.merged());
        this.formats = negotiation.formats();
    }

    /**
     * Finds the buffer.
     *
     * @throws NegotiationException EINVAL when the importers contradict each other, ENODEV when nobody serves all of them
     * @throws ExporterGoneException when the core has stopped
     */
    static NegotiatedBuffer run(SourceRegistry registry, Negotiation negotiation) {
        if (registry.isClosed()) {
            throw new ExporterGoneException("dmabuf.core, which has stopped");
        }
        var contradictions = negotiation.contradictions();
        if (!contradictions.isEmpty()) {
            throw NegotiationException.contradicted(negotiation, contradictions);
        }
        return new Negotiator(registry, negotiation).run();
    }

    private NegotiatedBuffer run() {
        // The sources are looked at anew for every attempt: a successor of the one that just left is a candidate.
        for (Proposal next = best(); next != null; next = best()) {
            List<ImporterRefusal> others = refusals();
            DmaBuf buffer = ask(next);
            if (buffer != null) {
                return new NegotiatedBuffer(buffer, next.format, next.frame, others);
            }
        }
        throw NegotiationException.refused(negotiation, refusals());
    }

    /** The source to ask first, null when there is none left. */
    private Proposal best() {
        Proposal best = null;
        int lowest = Integer.MAX_VALUE;
        for (ExporterSource source : registry.sources().inOrder()) {
            int rank = Sources.rank(source, merged);
            if (rank < lowest && !failed.containsKey(source)) {
                Proposal proposal = propose(source);
                if (proposal.refusals.isEmpty()) {
                    lowest = rank;
                    best = proposal;
                }
            }
        }
        return best;
    }

    /** What is against each source that is here, and against those that failed and have left since. */
    private List<ImporterRefusal> refusals() {
        List<ImporterRefusal> all = new ArrayList<>();
        List<ExporterSource> here = registry.sources().inOrder();
        failed.forEach((source, refusals) -> all.addAll(here.contains(source) ? List.of() : refusals));
        for (ExporterSource source : here) {
            all.addAll(failed.containsKey(source) ? failed.get(source) : propose(source).refusals);
        }
        return all;
    }

    private Proposal propose(ExporterSource source) {
        ExporterProperties properties = source.properties();
        List<ImporterRefusal> refusals = new ArrayList<>();
        negotiation.importers().forEach((name, needs) ->
                needs.refusals(properties).forEach(reason -> refusals.add(new ImporterRefusal(source.toString(), name, reason))));
        if (refusals.isEmpty()) {
            merged.refusals(properties).forEach(reason -> refusals.add(ofAll(source, reason)));
        }
        FrameFormat format =
                formats.stream().filter(one -> properties.modifiers().contains(one.modifier())).findFirst().orElse(null);
        if (refusals.isEmpty() && format == null && !formats.isEmpty()) {
            String layouts = String.join(" or ", properties.modifiers().stream().map(DrmModifier::toString).toList());
            refusals.add(ofAll(source, "its frames are " + layouts + ", and only linear ones can be laid out here"));
        }
        if (!refusals.isEmpty() || !negotiation.hasFrame()) {
            return new Proposal(source, format, null, merged.size(), refusals);
        }
        return withFrame(source, format);
    }

    private Proposal withFrame(ExporterSource source, FrameFormat format) {
        ExporterProperties properties = source.properties();
        int alignment = Math.max(merged.strideAlignment(), properties.strideAlignment());
        try {
            FrameDescription frame =
                    FrameDescription.packed(format.format(), negotiation.width(), negotiation.height(), alignment);
            Requirements sized = inWholePages(merged.size(frame.paddedSize()));
            List<ImporterRefusal> refusals =
                    sized.refusals(properties).stream().map(reason -> ofAll(source, reason)).toList();
            return new Proposal(source, format, frame, sized.size(), refusals);
        } catch (IllegalArgumentException e) {
            return new Proposal(source, format, null, 0, List.of(ofAll(source, e.getMessage())));
        }
    }

    /** Most exporters have nothing else, and the tail of a size that is no multiple cannot be mapped. */
    private static Requirements inWholePages(Requirements needs) {
        long tail = needs.size() % MappedMemory.PAGE_SIZE;
        long more = tail <= 0 ? 0 : MappedMemory.PAGE_SIZE - tail;
        return needs.size() > Long.MAX_VALUE - more ? needs : needs.size(needs.size() + more);
    }

    private static ImporterRefusal ofAll(ExporterSource source, String reason) {
        return new ImporterRefusal(source.toString(), "", reason);
    }

    /** Asks a source. When it fails, or what it gives is not what it promised, that is noted. */
    private DmaBuf ask(Proposal proposal) {
        ExportRequest request = merged.refine(ExportRequest.ofSize(proposal.size).withName(negotiation.name()));
        DmaBuf buffer;
        try {
            buffer = proposal.source.export(request);
        } catch (DmaBufException e) {
            failed.put(proposal.source, List.of(ofAll(proposal.source, e.getMessage())));
            return null;
        }
        List<ImporterRefusal> refusals = new ArrayList<>();
        boolean agreed = false;
        try {
            negotiation.importers().forEach((name, needs) -> needs.refuse(buffer)
                    .ifPresent(reason -> refusals.add(new ImporterRefusal(proposal.source.toString(), name, reason))));
            if (refusals.isEmpty()) {
                merged.size(proposal.size).refuse(buffer).ifPresent(reason -> refusals.add(ofAll(proposal.source, reason)));
            }
            agreed = refusals.isEmpty();
        } finally {
            if (!agreed) {
                buffer.close();
            }
        }
        if (agreed) {
            return buffer;
        }
        failed.put(proposal.source, refusals);
        return null;
    }
}
