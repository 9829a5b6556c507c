package importer.v4l2;

import java.util.Objects;

/**
 * Something that happened to a running stream. Immutable.
 *
 * @param kind what it is
 * @param sequence the number of the last frame that was taken before, -1 for none
 * @param message what happened, for people
 */
public record CaptureEvent(Kind kind, long sequence, String message) {

    /** What can happen. */
    public enum Kind {
        /** The exporter of the buffers has gone, and they go on: orphans, whose memory is good. */
        BUFFERS_GO_ON,
        /** Buffers are being replaced, each when it is given back. The old ones are used until then. */
        RENEGOTIATING,
        /** The last one of the old buffers has been replaced. */
        RENEGOTIATED,
        /**
         * Buffers were to be replaced, and no exporter has any that do. The old ones go on; it is tried again when exporters come or go.
         */
        NOT_RENEGOTIATED,
        /** The stream is over, and not because it was closed. */
        ENDED
    }

    /** Checks that nothing is missing. */
    public CaptureEvent {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(message, "message");
    }

    /** Says it in words, for people. */
    @Override
    public String toString() {
        return (sequence < 0 ? "before the first frame: " : "after frame " + sequence + ": ") + message;
    }
}
