package dmabuf.core;

import dmabuf.api.Access;
import dmabuf.api.DmaBuf;
import dmabuf.api.MmapPolicy;
import dmabuf.api.Requirements;
import java.util.Optional;

/**
 * Holds a buffer against what was required. A source says what its buffers can be; only the buffer says what this one is. (That it can be
 * mapped with a caching that was asked for is seen to when it is taken over.)
 */
final class BufferCheck {

    private BufferCheck() {}

    /** The first requirement that the buffer does not meet, in words, with what there is and what is needed. */
    static Optional<String> refuse(Requirements needs, DmaBuf buffer) {
        if (buffer.size() < needs.size()) {
            return Optional.of("its buffer has " + buffer.size() + " bytes, needed are " + needs.size());
        }
        MmapPolicy policy = buffer.policy();
        if (needs.needsMmap() && !policy.mappable()) {
            return Optional.of("its buffer cannot be mapped by the CPU");
        }
        Optional<Access> excess = needs.access().filter(wanted -> !policy.access().permits(wanted));
        return excess.map(wanted -> "its buffer permits " + policy.access() + ", needed is " + wanted);
    }
}
