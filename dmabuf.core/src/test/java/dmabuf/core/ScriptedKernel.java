package dmabuf.core;

import dmabuf.fd.Errno;
import dmabuf.fd.KernelKind;
import dmabuf.linux.Devices;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Another kernel's answers, with a hand in between: what was asked is written down, and a test may answer instead. */
final class ScriptedKernel implements Syscalls {

    /** Answers instead of the kernel. */
    @FunctionalInterface
    interface Script {

        /** What lets the kernel itself answer. */
        int PASS = Integer.MIN_VALUE;

        int answer(int fd, long request, long firstWord);
    }

    /** Changes what a kernel has answered. */
    @FunctionalInterface
    interface Afterthought {
        void change(long request, MemorySegment argument);
    }

    /** Answers poll(2) instead of the kernel. */
    @FunctionalInterface
    interface PollScript {
        int answer(int fd, int events);
    }

    final List<Long> syncFlags = new CopyOnWriteArrayList<>();
    final AtomicInteger opened = new AtomicInteger();
    volatile Script script;
    volatile PollScript pollScript;
    volatile boolean recordSync;
    /** Whether no descriptor can be duplicated. */
    volatile boolean noDescriptorLeft;
    /** Sees the struct that the kernel has filled, and may change it. */
    volatile Afterthought afterthought;
    /** Is asked first, and its answer ignored. */
    volatile Syscalls alsoAsked;

    private final Syscalls real;

    ScriptedKernel(Syscalls real) {
        this.real = real;
    }

    @Override
    public KernelKind kind() {
        return real.kind();
    }

    @Override
    public int ioctl(int fd, long request, MemorySegment argument) {
        if (recordSync && request == DmaBufIoctl.SYNC) {
            syncFlags.add(argument.get(ValueLayout.JAVA_LONG, 0));
        }
        Syscalls also = alsoAsked;
        if (also != null) {
            also.ioctl(fd, request, argument);
        }
        Script now = script;
        if (now != null) {
            long word = argument.byteSize() >= 8 ? argument.get(ValueLayout.JAVA_LONG_UNALIGNED, 0) : 0;
            int answer = now.answer(fd, request, word);
            if (answer != Script.PASS) {
                return answer;
            }
        }
        int result = real.ioctl(fd, request, argument);
        Afterthought last = afterthought;
        if (last != null && result >= 0) {
            last.change(request, argument);
        }
        return result;
    }

    @Override
    public int open(String path, int flags) {
        opened.incrementAndGet();
        return real.open(path, flags);
    }

    @Override
    public int close(int fd) {
        return real.close(fd);
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        return real.mmap(address, length, protection, flags, fd, offset);
    }

    @Override
    public int munmap(long address, long length) {
        return real.munmap(address, length);
    }

    @Override
    public int memfdCreate(String name, int flags) {
        return real.memfdCreate(name, flags);
    }

    @Override
    public int fcntl(int fd, int command, long argument) {
        if (noDescriptorLeft && command == Posix.F_DUPFD_CLOEXEC) {
            return -Errno.EMFILE.number();
        }
        return real.fcntl(fd, command, argument);
    }

    @Override
    public int ftruncate(int fd, long length) {
        return real.ftruncate(fd, length);
    }

    @Override
    public long lseek(int fd, long offset, int whence) {
        return real.lseek(fd, offset, whence);
    }

    @Override
    public long read(int fd, MemorySegment buffer) {
        return real.read(fd, buffer);
    }

    @Override
    public long write(int fd, MemorySegment buffer) {
        return real.write(fd, buffer);
    }

    @Override
    public long pread(int fd, MemorySegment buffer, long offset) {
        return real.pread(fd, buffer, offset);
    }

    @Override
    public long pwrite(int fd, MemorySegment buffer, long offset) {
        return real.pwrite(fd, buffer, offset);
    }

    @Override
    public int poll(int fd, int events, int timeoutMillis) {
        PollScript now = pollScript;
        return now != null ? now.answer(fd, events) : real.poll(fd, events, timeoutMillis);
    }

    @Override
    public int dup(int fd) {
        return fcntl(fd, Posix.F_DUPFD_CLOEXEC, 0);
    }

    @Override
    public Devices devices() {
        return real.devices();
    }
}
