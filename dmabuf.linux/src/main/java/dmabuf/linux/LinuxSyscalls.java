package dmabuf.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import dmabuf.fd.KernelKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * The real kernel. Each method is one downcall, with errno captured into memory of the calling thread; nothing is allocated but the C
 * strings of paths and names.
 *
 * <p>Also usable without a container: {@code new LinuxSyscalls()}. Thread-safe.
 */
@Component(property = "dmabuf.kernel=linux")
public final class LinuxSyscalls implements Syscalls {

    /**
     * System property: {@code false} where nobody waits for device nodes that come, go or change, such as in a program that looks once and
     * ends. Then no folder is watched, and no thread is started for that. Read when an object of this class is made.
     */
    public static final String WATCH = "dmabuf.linux.watch";

    private static final int INVALID = -Errno.EINVAL.number();
    private static final int INTERRUPTED = -Errno.EINTR.number();

    /**
     * {@code struct pollfd { int fd; short events; short revents; }}, one for each thread: whether a buffer is ready is asked for every
     * frame. Of the JDK's own type, see {@link Downcalls}.
     */
    private static final ThreadLocal<MemorySegment> POLLFD = ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(JAVA_LONG));

    private final LinuxDevices devices = new LinuxDevices(this);

    /** Answers with the kernel that this process runs on. */
    public LinuxSyscalls() {}

    @Override
    public KernelKind kind() {
        return KernelKind.LINUX;
    }

    @Override
    public int open(String path, int flags) {
        if (path.indexOf('\0') >= 0) {
            return INVALID; // To C the path would end there, and name something else.
        }
        MemorySegment state = Downcalls.callState();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = Downcalls.string(arena, path);
            int result;
            do {
                result = Downcalls.result((int) Libc.Open.CALL.invokeExact(state, name, flags | Posix.O_CLOEXEC, 0), state);
            } while (result == INTERRUPTED);
            return result;
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public int close(int fd) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((int) Downcalls.CLOSE.invokeExact(state, fd), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public int ioctl(int fd, long request, MemorySegment argument) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((int) Libc.Ioctl.CALL.invokeExact(state, fd, request, argument), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        MemorySegment state = Downcalls.callState();
        try {
            long mapped = (long) Libc.Mmap.CALL.invokeExact(state, address, length, protection, flags, fd, offset);
            return Downcalls.result(mapped, state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public int munmap(long address, long length) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((int) Libc.Munmap.CALL.invokeExact(state, address, length), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public int memfdCreate(String name, int flags) {
        if (name.indexOf('\0') >= 0) {
            return INVALID;
        }
        MemorySegment state = Downcalls.callState();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = Downcalls.string(arena, name);
            return Downcalls.result((int) Libc.MemfdCreate.CALL.invokeExact(state, text, flags | Posix.MFD_CLOEXEC), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public int fcntl(int fd, int command, long argument) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((int) Libc.Fcntl.CALL.invokeExact(state, fd, command, argument), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public int ftruncate(int fd, long length) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((int) Libc.Ftruncate.CALL.invokeExact(state, fd, length), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public long lseek(int fd, long offset, int whence) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((long) Libc.Lseek.CALL.invokeExact(state, fd, offset, whence), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public long read(int fd, MemorySegment buffer) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((long) Libc.Read.CALL.invokeExact(state, fd, buffer, buffer.byteSize()), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public long write(int fd, MemorySegment buffer) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((long) Libc.Write.CALL.invokeExact(state, fd, buffer, buffer.byteSize()), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public long pread(int fd, MemorySegment buffer, long offset) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((long) Libc.Pread.CALL.invokeExact(state, fd, buffer, buffer.byteSize(), offset), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public long pwrite(int fd, MemorySegment buffer, long offset) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((long) Libc.Pwrite.CALL.invokeExact(state, fd, buffer, buffer.byteSize(), offset), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public int poll(int fd, int events, int timeoutMillis) {
        MemorySegment state = Downcalls.callState();
        MemorySegment pollfd = POLLFD.get();
        try {
            pollfd.set(JAVA_INT, 0, fd);
            pollfd.set(JAVA_INT, 4, events & 0xffff);
            int result = Downcalls.result((int) Libc.Poll.CALL.invokeExact(state, pollfd, 1L, timeoutMillis), state);
            return result <= 0 ? result : pollfd.get(JAVA_INT, 4) >>> 16;
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public Devices devices() {
        return devices;
    }

    /** Ends what watches device folders. */
    @Deactivate
    public void shutDown() {
        devices.close();
    }
}
