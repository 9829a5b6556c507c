package dmabuf.shell.measure;

import dmabuf.api.Caching;
import dmabuf.api.ExporterProperties;

/**
 * One mapping mode of one exporter's buffers, put to the test.
 *
 * @param exporter whose buffer it was
 * @param placement where the buffer was, in words; empty where nobody knows
 * @param mode the name of the mapping mode; empty when it did not come to a mapping
 * @param claim the cache attribute that the mode's policy claims
 * @param size how many bytes were measured; 0 when nothing was
 * @param measured how fast the mapping was; null when nothing was measured
 * @param plain how fast plain memory was at the same time; null when nothing was measured
 * @param conclusion what it says of the claim
 */
public record Measurement(
        ExporterProperties exporter,
        String placement,
        String mode,
        Caching claim,
        long size,
        Bandwidth measured,
        Bandwidth plain,
        CachingVerdict conclusion) {

    /** Whether the claim is wrong. */
    public boolean isImplausible() {
        return conclusion.verdict() == Verdict.IMPLAUSIBLE;
    }

    boolean isMeasured() {
        return measured != null;
    }

    /** Which mode of what this is about, for messages. */
    @Override
    public String toString() {
        return exporter.exporter() + " on " + exporter.device()
                + (mode.isEmpty() ? "" : ", mode " + mode)
                + (placement.isEmpty() ? "" : ", " + placement + " memory");
    }
}
