package dmabuf.core;

import dmabuf.api.MappingMode;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Fd;
import dmabuf.linux.Syscalls;
import java.util.List;

/**
 * A mapping mode of a buffer, with the descriptor to mmap, which the buffer owns.
 *
 * @param mode its name and its policy
 * @param file what to mmap
 * @param offset where the buffer's first byte is to be found there
 * @param wholeOnly whether a part is mapped as a part of the whole
 */
record OwnedMode(MappingMode mode, Fd file, long offset, boolean wholeOnly) {

    /** Shared, since most imports have it. */
    private static final MappingMode UNKNOWN = new MappingMode(MappingMode.DMA_BUF, MmapPolicy.unknown());

    /** The mapping that anybody can make who has the descriptor. */
    static OwnedMode ofBuffer(Fd buffer, MmapPolicy policy, boolean wholeOnly) {
        MappingMode mode = policy == UNKNOWN.policy() ? UNKNOWN : new MappingMode(MappingMode.DMA_BUF, policy);
        return new OwnedMode(mode, buffer, 0, wholeOnly);
    }

    /** Lists modes with their caching, for messages. */
    static String list(List<OwnedMode> modes) {
        return String.join(", ", modes.stream().map(each -> each.mode.toString()).toList());
    }

    MmapPolicy policy() {
        return mode.policy();
    }

    /** Who answers for mappings of this mode. */
    Syscalls kernel() {
        return (Syscalls) file.kernel();
    }
}
