package dmabuf.sim;

import dmabuf.api.DmaBufException;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Pipe;
import dmabuf.linux.Posix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A real descriptor that is readable to poll(2) and epoll(7) while something is so, and hung up when it will never be so again: the read
 * end of a pipe, which holds one byte or none. A pipe cannot show POLLERR.
 */
final class LevelPipe {

    private final LinuxSyscalls linux;
    /** Writes, and reads where what was so may cease to be, whatever becomes of the number that the caller has. */
    private final int own;
    private boolean ready;
    private boolean closed;

    /** What is so is said through a descriptor that it takes over: the write end, or both ends in one. */
    LevelPipe(LinuxSyscalls linux, int own) {
        this.linux = linux;
        this.own = own;
    }

    /** Opens a pipe, both ends of which are the caller's. */
    static Pipe open() {
        try {
            return Pipe.open();
        } catch (DmaBufException e) {
            throw new KernelError(e.errno());
        }
    }

    /** Makes a read end for a caller. It is opened by name, so that its flags are those of what open(2) has opened. */
    static int readEnd(LinuxSyscalls linux) {
        Pipe pipe = open();
        try {
            return KernelError.check(linux.open(name(pipe.readEnd()), Posix.O_RDONLY));
        } finally {
            linux.close(pipe.readEnd());
            linux.close(pipe.writeEnd());
        }
    }

    /** Takes the other end of such a read end, to be hung up. */
    static LevelPipe of(LinuxSyscalls linux, int readEnd) {
        return new LevelPipe(linux, KernelError.check(linux.open(name(readEnd), Posix.O_RDWR | Posix.O_NONBLOCK)));
    }

    private static String name(int fd) {
        return "/proc/self/fd/" + fd;
    }

    /** Says whether it is so. A number that is closed may mean something else a moment later, so this and closing exclude each other. */
    synchronized void set(boolean now) {
        if (closed || ready == now) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment one = arena.allocate(1);
            long done = now ? linux.write(own, one) : linux.read(own, one);
            ready = done == 1 ? now : ready;
        }
    }

    /** It will never be so again: the read end is hung up. The second and later calls do nothing. */
    synchronized void hangUp() {
        set(false);
        close();
    }

    /** Leaves it as it is, for whoever has the read end open. The second and later calls do nothing. */
    synchronized void close() {
        if (!closed) {
            closed = true;
            linux.close(own);
        }
    }
}
