package dmabuf.sim;

import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Pipe;
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
    private final LevelPipe level;
    private final AtomicInteger left = new AtomicInteger();
    private final Runnable signalled = this::oneSignalled;
    private List<Fence> followed = List.of();

    private ReadinessPipe(LinuxSyscalls linux, Pipe pipe) {
        this.linux = linux;
        this.readEnd = pipe.readEnd();
        this.level = new LevelPipe(linux, pipe.writeEnd());
    }

    /** Opens a pipe; both ends are the caller's to close until the read end is a file's. */
    static ReadinessPipe open(LinuxSyscalls linux) {
        return new ReadinessPipe(linux, LevelPipe.open());
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
            level.set(true);
        }
    }

    /** Closes the write end. The read end belongs to whoever has it open. */
    void close() {
        followed.forEach(fence -> fence.forget(signalled));
        level.close();
    }

    void closeBothEnds() {
        close();
        linux.close(readEnd);
    }
}
