package importer.v4l2;

import java.util.List;
import java.util.Objects;

/**
 * Where the buffers of a stream come from, and why not from elsewhere. Immutable.
 *
 * @param origin the exporter in words; the camera itself with {@link CaptureMemory#MMAP}
 * @param refusals what was against each other exporter, the driver's own refusal of its buffers among it
 */
public record BufferChoice(String origin, List<String> refusals) {

    /** Checks that nothing is missing, and copies the list. */
    public BufferChoice {
        Objects.requireNonNull(origin, "origin");
        refusals = List.copyOf(refusals);
    }
}
