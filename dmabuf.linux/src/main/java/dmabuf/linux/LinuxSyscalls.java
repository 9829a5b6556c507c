package dmabuf.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import dmabuf.fd.KernelKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
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

    // The kernel's unsigned int flags and the C library's size_t are passed at their C widths.
    private static final MethodHandle OPEN =
            Downcalls.linkVariadic("open", 2, Downcalls.intOf(ADDRESS, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE = Downcalls.link("close", Downcalls.intOf(JAVA_INT));
    private static final MethodHandle IOCTL =
            Downcalls.linkVariadic("ioctl", 2, Downcalls.intOf(JAVA_INT, JAVA_LONG, ADDRESS));
    private static final MethodHandle MMAP = Downcalls.link(
            "mmap", Downcalls.longOf(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP = Downcalls.link("munmap", Downcalls.intOf(JAVA_LONG, JAVA_LONG));
    private static final MethodHandle MEMFD_CREATE = Downcalls.link("memfd_create", Downcalls.intOf(ADDRESS, JAVA_INT));
    private static final MethodHandle FCNTL =
            Downcalls.linkVariadic("fcntl", 2, Downcalls.intOf(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle FTRUNCATE = Downcalls.link("ftruncate", Downcalls.intOf(JAVA_INT, JAVA_LONG));
    private static final MethodHandle LSEEK = Downcalls.link("lseek", Downcalls.longOf(JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle READ = Downcalls.link("read", Downcalls.longOf(JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle WRITE = Downcalls.link("write", Downcalls.longOf(JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle POLL = Downcalls.link("poll", Downcalls.intOf(ADDRESS, JAVA_LONG, JAVA_INT));

    private static final int INTERRUPTED = -Errno.EINTR.number();

    private final LinuxDevices devices = new LinuxDevices();

    /** Answers with the kernel that this process runs on. */
    public LinuxSyscalls() {}

    @Override
    public KernelKind kind() {
        return KernelKind.LINUX;
    }

    @Override
    public int open(String path, int flags) {
        MemorySegment state = Downcalls.callState();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = Downcalls.string(arena, path);
            int result;
            do {
                result = Downcalls.result((int) OPEN.invokeExact(state, name, flags | Posix.O_CLOEXEC, 0), state);
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
            return Downcalls.result((int) CLOSE.invokeExact(state, fd), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public int ioctl(int fd, long request, MemorySegment argument) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((int) IOCTL.invokeExact(state, fd, request, argument), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        MemorySegment state = Downcalls.callState();
        try {
            long mapped = (long) MMAP.invokeExact(state, address, length, protection, flags, fd, offset);
            return Downcalls.result(mapped, state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public int munmap(long address, long length) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((int) MUNMAP.invokeExact(state, address, length), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public int memfdCreate(String name, int flags) {
        MemorySegment state = Downcalls.callState();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = Downcalls.string(arena, name);
            return Downcalls.result((int) MEMFD_CREATE.invokeExact(state, text, flags | Posix.MFD_CLOEXEC), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public int fcntl(int fd, int command, long argument) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((int) FCNTL.invokeExact(state, fd, command, argument), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public int ftruncate(int fd, long length) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((int) FTRUNCATE.invokeExact(state, fd, length), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public long lseek(int fd, long offset, int whence) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((long) LSEEK.invokeExact(state, fd, offset, whence), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public long read(int fd, MemorySegment buffer) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((long) READ.invokeExact(state, fd, buffer, buffer.byteSize()), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public long write(int fd, MemorySegment buffer) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((long) WRITE.invokeExact(state, fd, buffer, buffer.byteSize()), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public int poll(int fd, int events, int timeoutMillis) {
        MemorySegment state = Downcalls.callState();
        try (Arena arena = Arena.ofConfined()) {
            // struct pollfd { int fd; short events; short revents; }
            MemorySegment pollfd = arena.allocate(JAVA_LONG);
            pollfd.set(JAVA_INT, 0, fd);
            pollfd.set(JAVA_INT, 4, events & 0xffff);
            int result = Downcalls.result((int) POLL.invokeExact(state, pollfd, 1L, timeoutMillis), state);
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
