package dmabuf.api;

import dmabuf.fd.Errno;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Several importers cannot share one buffer. {@link #errno()} is EINVAL when they contradict each other, so that no exporter was asked; ENODEV
 * when no exporter meets all of them, or those that do failed when they were asked.
 */
public final class NegotiationException extends DmaBufException {

    private static final long serialVersionUID = 1L;

    /** What the importers differ in. */
    private final transient List<Contradiction> contradictions;

    /** What is against each source. */
    private final transient List<ImporterRefusal> refusals;

    private NegotiationException(
            Errno errno, Negotiation negotiation, String hint, List<Contradiction> contradictions, List<ImporterRefusal> refusals) {
        super(errno, "negotiate", negotiation.toString(), hint);
        this.contradictions = List.copyOf(contradictions);
        this.refusals = List.copyOf(refusals);
    }

    /**
     * Reports importers that contradict each other.
     *
     * @param negotiation what was asked for
     * @param contradictions what they differ in, one at least
     * @return the exception
     */
    public static NegotiationException contradicted(Negotiation negotiation, List<Contradiction> contradictions) {
        return new NegotiationException(Errno.EINVAL, negotiation, "the importers contradict each other: " + joined(contradictions.stream()),
                contradictions, List.of());
    }

    /**
     * Reports that nobody can serve all importers.
     *
     * @param negotiation what was asked for
     * @param refusals what is against each source, empty when there is no source at all
     * @return the exception
     */
    public static NegotiationException refused(Negotiation negotiation, List<ImporterRefusal> refusals) {
        return new NegotiationException(Errno.ENODEV, negotiation,
                refusals.isEmpty() ? "no exporter is registered" : joined(refusals.stream()), List.of(), refusals);
    }

    private static String joined(Stream<?> lines) {
        return lines.map(Object::toString).collect(Collectors.joining("; "));
    }

    /**
     * Says what the importers differ in.
     *
     * @return the contradictions, empty when an exporter was looked for
     */
    public List<Contradiction> contradictions() {
        return contradictions == null ? List.of() : contradictions;
    }

    /**
     * Says what is against each source.
     *
     * @return one entry at least for every source that was there, in the order of preference; empty when there was none, or none was
     *     looked at
     */
    public List<ImporterRefusal> refusals() {
        return refusals == null ? List.of() : refusals;
    }
}
