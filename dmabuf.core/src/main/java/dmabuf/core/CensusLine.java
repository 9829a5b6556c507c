package dmabuf.core;

import dmabuf.api.BufferId;
import dmabuf.api.BufferInfo;
import dmabuf.api.BufferState;

/** A buffer at one moment, in values of the JDK and the API alone. */
record CensusLine(BufferId id, String name, long size, String origin, BufferState state, int handles, int mappings)
        implements BufferInfo {

    /** Gives the line that a log lists. */
    @Override
    public String toString() {
        return id + (name.isEmpty() ? "" : " \"" + name + "\"") + ", " + size + " bytes, " + origin + ", " + handles + " handles, "
                + mappings + " mappings";
    }
}
