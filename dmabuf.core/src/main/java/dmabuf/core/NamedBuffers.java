package dmabuf.core;

import dmabuf.api.BufferId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The buffers that have a name, by the memory that they are of: most have none, and cost nothing here. Guarded by the census. */
final class NamedBuffers {

    private final Map<BufferId, List<BufferBody>> named = new HashMap<>();

    /** Gives a buffer its name, or takes it away with an empty one. */
    void name(BufferBody buffer, String name) {
        forget(buffer);
        buffer.name(name);
        if (!name.isEmpty()) {
            named.computeIfAbsent(buffer.facts().id(), id -> new ArrayList<>(1)).add(buffer);
        }
    }

    /** The buffer is no more. It keeps its name. */
    void forget(BufferBody buffer) {
        if (!buffer.name().isEmpty()) {
            named.computeIfPresent(buffer.facts().id(), (id, list) -> list.remove(buffer) && list.isEmpty() ? null : list);
        }
    }

    /** The name by which this process knows some memory; empty for none. */
    String of(BufferId id) {
        for (BufferBody buffer : named.getOrDefault(id, List.of())) {
            // One that nobody uses has given its inode back, and another buffer may have it by now.
            if (buffer.isInUse()) {
                return buffer.name();
            }
        }
        return "";
    }
}
