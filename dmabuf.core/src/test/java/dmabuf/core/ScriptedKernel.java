package dmabuf.core;

import dmabuf.fd.Errno;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.ForwardingSyscalls;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Another kernel's answers, with a hand in between: what was asked is written down, and a test may answer instead. */
final class ScriptedKernel extends ForwardingSyscalls {

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

    ScriptedKernel(Syscalls real) {
        super(real);
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
        int result = super.ioctl(fd, request, argument);
        Afterthought last = afterthought;
        if (last != null && result >= 0) {
            last.change(request, argument);
        }
        return result;
    }

    @Override
    public int open(String path, int flags) {
        opened.incrementAndGet();
        return super.open(path, flags);
    }

    @Override
    public int fcntl(int fd, int command, long argument) {
        if (noDescriptorLeft && command == Posix.F_DUPFD_CLOEXEC) {
            return -Errno.EMFILE.number();
        }
        return super.fcntl(fd, command, argument);
    }

    @Override
    public int poll(int fd, int events, int timeoutMillis) {
        PollScript now = pollScript;
        return now != null ? now.answer(fd, events) : super.poll(fd, events, timeoutMillis);
    }
}
