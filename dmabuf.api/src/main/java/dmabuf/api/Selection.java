package dmabuf.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A prepared choice: requirements whose best source is looked up once and again only after exporters came or went.
 *
 * <p>Need not be closed. Thread-safe; {@link #source()} takes no lock and allocates nothing while the exporters stay the same.
 */
@ProviderType
public interface Selection {

    /**
     * Gives what is required.
     *
     * @return the requirements that this was prepared with
     */
    Requirements requirements();

    /**
     * Gives the best source that is there now: real before simulated, then the highest service ranking, then the one that came first.
     *
     * @return the source
     * @throws NoSourceException ENODEV, when none meets the requirements, with the reason for each
     */
    BufferSource source();

    /**
     * Says why sources were refused.
     *
     * @return one entry for every source that is there now and does not meet the requirements
     */
    List<Refusal> refusals();

    /**
     * Exports from the best source that meets the requirements, has room for the request, and can wrap memory if that is asked for; and
     * from the next one when that one cannot serve anybody now: it is gone, out of memory (ENOMEM), has lost its device or may not open it
     * (ENODEV, ENOENT, ENXIO, EACCES, EPERM), is broken (EIO), or cannot make such a buffer (EOPNOTSUPP); also when the buffer that it gives
     * is not what it promised, and is given back. Any other refusal is about the request, and would be repeated.
     *
     * @param request what the buffer shall be
     * @return a handle on the new buffer, which the caller closes
     * @throws NoSourceException ENODEV, when no source fits, or several were tried in vain, with the reason for each
     * @throws DmaBufException the source's own refusal, as {@link BufferSource#export} says, when it is about the request, or when there
     *     was only one source to try
     * @throws ExporterGoneException ENODEV, when the core has stopped
     */
    DmaBuf export(ExportRequest request);
}
