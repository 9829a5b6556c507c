package dmabuf.api;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Holds what is needed against a buffer. A source says what its buffers can be; only the buffer says what this one is. */
final class BufferCheck {

    private final Needs needs;
    private final DmaBuf buffer;

    BufferCheck(Needs needs, DmaBuf buffer) {
        this.needs = needs;
        this.buffer = buffer;
    }

    /** The first requirement that the buffer does not meet, in words, with what there is and what is needed. */
    Optional<String> refusal() {
        if (buffer.size() < needs.size) {
            return Optional.of("its buffer has " + buffer.size() + " bytes, needed are " + needs.size);
        }
        return mapping().or(this::attachers);
    }

    private Optional<String> mapping() {
        MmapPolicy policy = buffer.policy();
        if (needs.mmap && !policy.mappable()) {
            return Optional.of("its buffer cannot be mapped by the CPU");
        }
        List<Caching> caching = needs.caching.common();
        if (!needs.caching.isAny() && !caching.contains(policy.caching())) {
            return Optional.of("its buffer is " + policy.caching().property() + ", needed is " + Needs.words(caching));
        }
        if (needs.access != null && !policy.access().permits(needs.access)) {
            return Optional.of("its buffer permits " + policy.access() + ", needed is " + needs.access);
        }
        return Optional.empty();
    }

    /** All of them together, since one that is attached can be what keeps the next from it. */
    private Optional<String> attachers() {
        Deque<Attachment> made = new ArrayDeque<>();
        Attacher next = null;
        try {
            for (Attacher each : needs.attachersInOrder()) {
                next = each;
                made.push(each.tryOn(buffer));
            }
            return Optional.empty();
        } catch (DmaBufException e) {
            return Optional.of(next + " cannot attach to its buffer: " + e.getMessage());
        } finally {
            made.forEach(Attachment::close);
        }
    }
}
