package dmabuf.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Memory into which one message is received. There is one block that all receivers of the process take in turns, since to allocate, clear and
 * free room for the longest message costs more than most messages; who finds it taken, or too small, allocates.
 */
final class MessageMemory implements AutoCloseable {

    private static final long SPARE_SIZE = 128 << 10;
    /** Not of the global arena: it goes when this bundle goes. */
    private static final AtomicReference<MemorySegment> SPARE = new AtomicReference<>(Arena.ofAuto().allocate(SPARE_SIZE, 8));

    /** Null when the block was not to be had. */
    private final MemorySegment spare;
    private final Arena own;
    private final MemorySegment bytes;

    private MessageMemory(long size) {
        spare = size <= SPARE_SIZE ? SPARE.getAndSet(null) : null;
        own = spare == null ? Arena.ofConfined() : null;
        bytes = spare == null ? own.allocate(size) : spare.asSlice(0, size);
    }

    /** Takes so many bytes, with anything in them, for the calling thread until it closes this. */
    static MessageMemory of(long size) {
        return new MessageMemory(size);
    }

    MemorySegment bytes() {
        return bytes;
    }

    @Override
    public void close() {
        if (spare != null) {
            SPARE.set(spare);
        } else {
            own.close();
        }
    }
}
