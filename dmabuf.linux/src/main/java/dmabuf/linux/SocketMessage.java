package dmabuf.linux;

import dmabuf.fd.Fd;
import java.util.ArrayList;
import java.util.List;

/**
 * A message that came over a Unix socket, with the descriptors that came with it. Whoever receives it closes it, which closes every
 * descriptor that was not taken out.
 *
 * <p>Not thread-safe.
 */
public final class SocketMessage implements AutoCloseable {

    private final List<Fd> descriptors = new ArrayList<>();
    private byte[] bytes = {};

    /**
     * Made before the system call: once descriptors are there, nothing may be needed any more, not even a class, since the table of
     * descriptors may be full and a class then cannot be loaded.
     */
    SocketMessage() {}

    void add(Fd descriptor) {
        descriptors.add(descriptor);
    }

    void say(byte[] said) {
        bytes = said;
    }

    /**
     * Gives what was said.
     *
     * @return the bytes; empty when the other side has closed the connection (or said nothing at all). Not a copy
     */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * Counts the descriptors that came.
     *
     * @return 0 to {@link UnixSocket#MAX_DESCRIPTORS}, whether taken out or not
     */
    public int descriptors() {
        return descriptors.size();
    }

    /**
     * Looks at a descriptor. It stays this message's.
     *
     * @param index from 0
     * @return the descriptor, closed on exec
     * @throws IndexOutOfBoundsException when there is none
     * @throws IllegalStateException when it was taken out
     */
    public Fd descriptor(int index) {
        Fd fd = descriptors.get(index);
        if (fd == null) {
            throw new IllegalStateException("descriptor " + index + " was taken out");
        }
        return fd;
    }

    /**
     * Takes a descriptor out. It becomes the caller's.
     *
     * @param index from 0
     * @return the descriptor, closed on exec
     * @throws IndexOutOfBoundsException when there is none
     * @throws IllegalStateException when it was taken out before
     */
    public Fd take(int index) {
        Fd fd = descriptor(index);
        descriptors.set(index, null);
        return fd;
    }

    /** Closes the descriptors that were not taken out. */
    @Override
    public void close() {
        for (int i = 0; i < descriptors.size(); i++) {
            Fd fd = descriptors.set(i, null);
            if (fd != null) {
                fd.close();
            }
        }
    }
}
