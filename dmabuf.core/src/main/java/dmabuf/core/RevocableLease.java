package dmabuf.core;

import java.lang.ref.WeakReference;

/** A mapping of memory that may be taken away, which takes the arena: so the mapping has to be found from here. */
final class RevocableLease extends MappingLease {

    private final WeakReference<BufferMapping> mapping;

    RevocableLease(BufferMapping mapping, BufferBody body, OwnedMode mode, long address, MmapRange range) {
        super(mapping, body, mode, address, range, false);
        this.mapping = new WeakReference<>(mapping);
    }

    @Override
    BufferMapping mapping() {
        return mapping.get();
    }
}
