package dmabuf.core;

import dmabuf.api.BufferRevokedException;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;

/** Names what happens to an access whose memory leaves under it. */
final class MemoryFault {

    /** In what the JVM says when an access of Java's took a SIGBUS, of interpreted and of compiled code alike. */
    private static final String OF_THE_JVM = "unsafe memory access";

    private MemoryFault() {}

    /**
     * Works on memory.
     *
     * @throws BufferRevokedException ENODEV, when the memory was not there, or was taken away
     */
    static <T> T named(MemorySegment memory, BufferBody body, Function<? super MemorySegment, ? extends T> work) {
        try {
            T result = work.apply(memory);
            deliver();
            return result;
        } catch (InternalError e) {
            if (e.getMessage() == null || !e.getMessage().contains(OF_THE_JVM)) {
                throw e;
            }
            throw revoked(body, e);
        } catch (IllegalStateException e) {
            if (memory.scope().isAlive()) {
                throw e;
            }
            throw revoked(body, e);
        }
    }

    /**
     * Compiled code learns of a fault a little later than it happens, when the thread next changes between Java and the JVM: that is here, at
     * the latest, and not behind the caller's back.
     */
    private static void deliver() {
        Thread.yield();
    }

    private static BufferRevokedException revoked(BufferBody body, Throwable cause) {
        BufferRevokedException named = new BufferRevokedException("access", body.toString());
        named.initCause(cause);
        return named;
    }
}
