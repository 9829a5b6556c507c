package dmabuf.core;

import dmabuf.api.MmapInfo;
import dmabuf.api.MmapPolicy;
import java.time.Instant;
import java.util.Optional;

/** An answer, and the time for which it holds. */
record MmapInfoSnapshot(MmapPolicy policy, Instant answeredAt, Epoch epoch) implements MmapInfo {

    /** The time between two invalidations of a buffer. Knows nothing of the buffer. */
    static final class Epoch {

        private volatile Instant ended;

        void end() {
            ended = Instant.now();
        }
    }

    @Override
    public Optional<Instant> voidedAt() {
        return Optional.ofNullable(epoch.ended);
    }

    @Override
    public String toString() {
        return policy + " as of " + answeredAt + voidedAt().map(when -> ", void since " + when).orElse("");
    }
}
