package dmabuf.api;

import java.util.List;
import java.util.Objects;

/**
 * What importers of one buffer cannot all have, whatever exporter is asked.
 *
 * @param requirement what they differ in: {@code caching}, {@code formats}, {@code exporter}, …
 * @param claims who needs what, a line for each importer that has a say
 */
public record Contradiction(String requirement, List<String> claims) {

    /** Copies the list. */
    public Contradiction {
        Objects.requireNonNull(requirement, "requirement");
        claims = List.copyOf(claims);
    }

    /** Gives the line that messages list. */
    @Override
    public String toString() {
        return requirement + ": " + String.join(", ", claims);
    }
}
