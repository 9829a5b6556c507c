package dmabuf.sim;

import dmabuf.api.DmaBufException;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Pipe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The real descriptor that stands for a sync file: the read end of a pipe, into which one byte is written when all fences are signalled. So
 * the real poll(2) and epoll(7) see what the simulation sees, in this process and wherever the descriptor is sent. Like a sync file it has
 * an inode of its own, cannot be mapped, sought in or written, and knows no sync file's ioctl without the simulation.
 */
final class ReadinessPipe {

    private final LinuxSyscalls linux;
    private final int readEnd;
    private final int writeEnd;
    private final AtomicInteger left = new AtomicInteger();
    private final Runnable signalled = this::oneSignalled;
    private List<Fence> followed = List.of();
    private boolean closed;

    private ReadinessPipe(LinuxSyscalls linux, Pipe pipe) {
        this.linux = linux;
        this.readEnd = pipe.readEnd();
        this.writeEnd = pipe.writeEnd();
    }

    /** Opens a pipe; both ends are the caller's to close until the read end is a file's. */
    static ReadinessPipe open(LinuxSyscalls linux) {
        try {
            return new ReadinessPipe(linux, Pipe.open());
        } catch (DmaBufException e) {
            throw new KernelError(e.errno());
        }
    }

    int readEnd() {
        return readEnd;
    }

    /** Makes the read end readable once every one of these is signalled. */
    void follow(List<Fence> fences) {
        followed = fences;
        left.set(fences.size());
        fences.forEach(fence -> fence.onSignal(signalled));
    }

    private void oneSignalled() {
        if (left.decrementAndGet() == 0) {
            ready();
        }
    }

    /** A number that is closed may mean something else a moment later, so writing and closing exclude each other. */
    private synchronized void ready() {
        if (!closed) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment one = arena.allocate(1);
                linux.write(writeEnd, one);
            }
        }
    }

    /** Closes the write end. The read end belongs to whoever has it open. */
    void close() {
        followed.forEach(fence -> fence.forget(signalled));
        synchronized (this) {
            closed = true;
            linux.close(writeEnd);
        }
    }

    void closeBothEnds() {
        close();
        linux.close(readEnd);
    }
}
