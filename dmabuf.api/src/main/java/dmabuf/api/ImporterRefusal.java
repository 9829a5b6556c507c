package dmabuf.api;

import java.util.Objects;

/**
 * Why a source cannot serve several importers together: one reason of maybe several.
 *
 * @param source the exporter's name and device
 * @param importer whose requirement is not met; empty when each alone could be served, and when the exporter was asked and failed
 * @param reason the requirement in words, with what there is and what is needed, or the exporter's error
 */
public record ImporterRefusal(String source, String importer, String reason) {

    /** Checks that nothing is missing. */
    public ImporterRefusal {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(importer, "importer");
        Objects.requireNonNull(reason, "reason");
    }

    /** Gives the line that messages list. */
    @Override
    public String toString() {
        return source + (importer.isEmpty() ? "" : ", for " + importer) + ": " + reason;
    }
}
