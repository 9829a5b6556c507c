package dmabuf.api;

import dmabuf.fd.Errno;
import java.util.List;
import java.util.stream.Collectors;

/** No source meets the requirements, or none is there. {@link #errno()} is ENODEV; each source's reason is in {@link #refusals()}. */
public final class NoSourceException extends DmaBufException {

    private static final long serialVersionUID = 1L;

    /** One entry for every source that was looked at. */
    private final transient List<Refusal> refusals;

    /**
     * Reports that nothing fits.
     *
     * @param requirements what was asked for
     * @param refusals why each source was refused, empty when there is no source at all
     */
    public NoSourceException(Requirements requirements, List<Refusal> refusals) {
        super(
                Errno.ENODEV,
                "select",
                requirements.toString(),
                refusals.isEmpty()
                        ? "no exporter is registered"
                        : refusals.stream().map(Refusal::toString).collect(Collectors.joining("; ")));
        this.refusals = List.copyOf(refusals);
    }

    /**
     * Says why each source was refused.
     *
     * @return one entry for every source that was looked at; empty when there was none
     */
    public List<Refusal> refusals() {
        return refusals == null ? List.of() : refusals;
    }
}
