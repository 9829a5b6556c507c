package dmabuf.tck.exporter;

import dmabuf.fd.KernelKind;
import dmabuf.linux.Devices;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;
import java.lang.foreign.MemorySegment;

/** Another kernel's answers, with a hand in between that may look at each call, hold it up, or answer instead. */
final class WatchedKernel implements Syscalls {

    /** A call that can fail, for messages. Closing and unmapping are not among them: an exporter can do nothing about those. */
    record Call(String name, long detail) {

        @Override
        public String toString() {
            return name + (name.equals("ioctl") ? " 0x" + Long.toHexString(detail) : "");
        }
    }

    /** Comes before each call. */
    @FunctionalInterface
    interface Hand {

        /** Gives 0 to let the kernel answer, or a negated errno to answer instead. */
        int before(Call call);
    }

    private static final Hand NONE = call -> 0;

    private final Syscalls real;
    private volatile Hand hand = NONE;

    WatchedKernel(Syscalls real) {
        this.real = real;
    }

    Syscalls real() {
        return real;
    }

    /** Puts a hand in between; null takes it away. */
    void interfere(Hand by) {
        hand = by == null ? NONE : by;
    }

    private int before(String name, long detail) {
        return hand.before(new Call(name, detail));
    }

    @Override
    public int open(String path, int flags) {
        int answer = before("open", 0);
        return answer != 0 ? answer : real.open(path, flags);
    }

    @Override
    public int ioctl(int fd, long request, MemorySegment argument) {
        int answer = before("ioctl", request);
        return answer != 0 ? answer : real.ioctl(fd, request, argument);
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        int answer = before("mmap", 0);
        return answer != 0 ? answer : real.mmap(address, length, protection, flags, fd, offset);
    }

    @Override
    public int memfdCreate(String name, int flags) {
        int answer = before("memfd_create", 0);
        return answer != 0 ? answer : real.memfdCreate(name, flags);
    }

    @Override
    public int fcntl(int fd, int command, long argument) {
        int answer = before("fcntl", command);
        return answer != 0 ? answer : real.fcntl(fd, command, argument);
    }

    @Override
    public int dup(int fd) {
        int answer = before("fcntl", Posix.F_DUPFD_CLOEXEC);
        return answer != 0 ? answer : real.dup(fd);
    }

    @Override
    public int ftruncate(int fd, long length) {
        int answer = before("ftruncate", 0);
        return answer != 0 ? answer : real.ftruncate(fd, length);
    }

    @Override
    public long lseek(int fd, long offset, int whence) {
        int answer = before("lseek", 0);
        return answer != 0 ? answer : real.lseek(fd, offset, whence);
    }

    @Override
    public long read(int fd, MemorySegment buffer) {
        int answer = before("read", 0);
        return answer != 0 ? answer : real.read(fd, buffer);
    }

    @Override
    public long write(int fd, MemorySegment buffer) {
        int answer = before("write", 0);
        return answer != 0 ? answer : real.write(fd, buffer);
    }

    @Override
    public long pread(int fd, MemorySegment buffer, long offset) {
        int answer = before("pread", 0);
        return answer != 0 ? answer : real.pread(fd, buffer, offset);
    }

    @Override
    public long pwrite(int fd, MemorySegment buffer, long offset) {
        int answer = before("pwrite", 0);
        return answer != 0 ? answer : real.pwrite(fd, buffer, offset);
    }

    @Override
    public int poll(int fd, int events, int timeoutMillis) {
        int answer = before("poll", 0);
        return answer != 0 ? answer : real.poll(fd, events, timeoutMillis);
    }

    @Override
    public int close(int fd) {
        return real.close(fd);
    }

    @Override
    public int munmap(long address, long length) {
        return real.munmap(address, length);
    }

    @Override
    public Devices devices() {
        return real.devices();
    }

    @Override
    public KernelKind kind() {
        return real.kind();
    }
}
