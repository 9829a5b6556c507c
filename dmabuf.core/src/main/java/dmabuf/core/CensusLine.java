package dmabuf.core;

import dmabuf.api.BufferId;
import dmabuf.api.BufferInfo;
import dmabuf.api.BufferState;
import dmabuf.api.Lifetime;
import java.util.List;

/** A buffer at one moment, in values of the JDK and the API alone. */
record CensusLine(
        BufferId id,
        String name,
        long size,
        String origin,
        Lifetime lifetime,
        BufferState state,
        int handles,
        int mappings,
        List<Integer> openScopes,
        List<String> traces)
        implements BufferInfo {

    /** Gives the line that a log lists. */
    @Override
    public String toString() {
        int scopes = openScopes.stream().mapToInt(Integer::intValue).sum();
        return id + (name.isEmpty() ? "" : " \"" + name + "\"") + ", " + size + " bytes, " + origin
                + (lifetime == Lifetime.SELF_CONTAINED ? "" : ", " + lifetime.property()) + ", " + handles + " handles, "
                + mappings + " mappings" + (scopes == 0 ? "" : ", " + scopes + " open scopes");
    }
}
