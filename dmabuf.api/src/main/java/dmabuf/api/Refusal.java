package dmabuf.api;

import java.util.Objects;

/**
 * Why one source was not chosen.
 *
 * @param source the exporter's name and device
 * @param reason the first requirement that it does not meet, in words, with both values
 */
public record Refusal(String source, String reason) {

    /** Checks that nothing is missing. */
    public Refusal {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(reason, "reason");
    }

    /** Gives the line that messages list. */
    @Override
    public String toString() {
        return source + ": " + reason;
    }
}
