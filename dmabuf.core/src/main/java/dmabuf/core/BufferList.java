package dmabuf.core;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** Buffers in the order in which they came. Linked through the buffers themselves. Guarded by its owner; a buffer is in one at most. */
final class BufferList implements Iterable<BufferBody> {

    private BufferBody oldest;
    private BufferBody latest;

    void add(BufferBody buffer) {
        buffer.older = latest;
        if (latest == null) {
            oldest = buffer;
        } else {
            latest.newer = buffer;
        }
        latest = buffer;
    }

    boolean contains(BufferBody buffer) {
        return buffer.older != null || buffer == oldest;
    }

    void remove(BufferBody buffer) {
        if (!contains(buffer)) {
            return;
        }
        if (buffer.older == null) {
            oldest = buffer.newer;
        } else {
            buffer.older.newer = buffer.newer;
        }
        if (buffer.newer == null) {
            latest = buffer.older;
        } else {
            buffer.newer.older = buffer.older;
        }
        buffer.older = null;
        buffer.newer = null;
    }

    @Override
    public Iterator<BufferBody> iterator() {
        return new Iterator<>() {

            private BufferBody next = oldest;

            @Override
            public boolean hasNext() {
                return next != null;
            }

            @Override
            public BufferBody next() {
                if (next == null) {
                    throw new NoSuchElementException();
                }
                BufferBody found = next;
                next = found.newer;
                return found;
            }
        };
    }
}
