package dmabuf.core;

import dmabuf.api.BufferSource;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.NoSourceException;
import dmabuf.api.Refusal;
import dmabuf.api.Requirements;
import dmabuf.api.Selection;
import dmabuf.fd.Errno;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Requirements with the conclusion that was drawn from the last snapshot of sources. */
final class PreparedSelection implements Selection {

    /**
     * What another source may well answer otherwise: no memory here; no device here, or none that may be opened; an exporter that is
     * broken, or cannot make such a buffer. Anything else is about the request, and would be said again.
     */
    private static final Set<Errno> TRY_THE_NEXT = EnumSet.of(
            Errno.EOPNOTSUPP, Errno.ENOMEM, Errno.ENODEV, Errno.ENOENT, Errno.ENXIO, Errno.EACCES, Errno.EPERM, Errno.EIO);

    /** @param best the source that is preferred among those without a refusal, null when there is none */
    private record Conclusion(Sources sources, ExporterSource best, List<Refusal> refusals) {

        static Conclusion of(Sources sources, Requirements requirements) {
            List<Refusal> refusals = new ArrayList<>();
            for (ExporterSource source : sources.inOrder()) {
                requirements.refuse(source.properties())
                        .ifPresent(reason -> refusals.add(new Refusal(source.toString(), reason)));
            }
            return new Conclusion(sources, preferred(sources, requirements, Set.of()), List.copyOf(refusals));
        }
    }

    /** The source to ask first: a real device before a simulated one, then what the requirements prefer, then the order of sources. */
    private static ExporterSource preferred(Sources sources, Requirements requirements, Set<ExporterSource> excluded) {
        ExporterSource best = null;
        int lowest = Integer.MAX_VALUE;
        for (ExporterSource source : sources.inOrder()) {
            int rank = Sources.rank(source, requirements);
            if (rank < lowest && !excluded.contains(source) && requirements.refuse(source.properties()).isEmpty()) {
                lowest = rank;
                best = source;
            }
        }
        return best;
    }

    private final SourceRegistry registry;
    private final Requirements requirements;
    private volatile Conclusion conclusion;

    PreparedSelection(SourceRegistry registry, Requirements requirements) {
        this.registry = registry;
        this.requirements = Objects.requireNonNull(requirements, "requirements");
        this.conclusion = Conclusion.of(Sources.NONE, requirements);
    }

    @Override
    public Requirements requirements() {
        return requirements;
    }

    private Conclusion conclude() {
        Sources now = registry.sources();
        Conclusion known = conclusion;
        if (known.sources != now) {
            known = Conclusion.of(now, requirements);
            conclusion = known;
        }
        return known;
    }

    @Override
    public BufferSource source() {
        Conclusion known = conclude();
        if (known.best == null) {
            throw new NoSourceException(requirements, known.refusals);
        }
        return known.best;
    }

    @Override
    public List<Refusal> refusals() {
        return conclude().refusals;
    }

    @Override
    public DmaBuf export(ExportRequest request) {
        if (registry.isClosed()) {
            throw new ExporterGoneException("dmabuf.core, which has stopped");
        }
        Requirements needed = requirements.and(request);
        ExportRequest refined = needed.refine(request);
        Map<ExporterSource, DmaBufException> tried = new LinkedHashMap<>();
        // The snapshot is taken anew for every attempt: a successor of the one that just left is a candidate.
        for (ExporterSource next = best(needed, tried); next != null; next = best(needed, tried)) {
            try {
                return checked(needed, next.export(refined), next);
            } catch (DmaBufException e) {
                if (!(e instanceof ExporterGoneException) && !TRY_THE_NEXT.contains(e.errno())) {
                    throw e;
                }
                tried.put(next, e);
            }
        }
        if (tried.size() == 1) {
            throw tried.values().iterator().next();
        }
        throw new NoSourceException(needed, allRefusals(needed, tried));
    }

    /** Gives a buffer back that is not what its source promised. */
    private static DmaBuf checked(Requirements needed, DmaBuf buffer, ExporterSource source) {
        boolean right = false;
        try {
            Optional<String> refusal = needed.refuse(buffer);
            if (refusal.isPresent()) {
                throw new DmaBufException(Errno.EOPNOTSUPP, "export", source.toString(), refusal.get());
            }
            right = true;
            return buffer;
        } finally {
            if (!right) {
                buffer.close();
            }
        }
    }

    private ExporterSource best(Requirements needed, Map<ExporterSource, DmaBufException> tried) {
        return preferred(registry.sources(), needed, tried.keySet());
    }

    private List<Refusal> allRefusals(Requirements needed, Map<ExporterSource, DmaBufException> tried) {
        List<Refusal> refusals = new ArrayList<>();
        tried.forEach((source, failure) -> refusals.add(new Refusal(source.toString(), failure.getMessage())));
        for (ExporterSource source : registry.sources().inOrder()) {
            if (!tried.containsKey(source)) {
                needed.refuse(source.properties())
                        .ifPresent(reason -> refusals.add(new Refusal(source.toString(), reason)));
            }
        }
        return refusals;
    }
}
