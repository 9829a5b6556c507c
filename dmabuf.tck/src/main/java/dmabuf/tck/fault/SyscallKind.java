package dmabuf.tck.fault;

/** The calls of {@link dmabuf.linux.Syscalls} and {@link dmabuf.linux.SocketSyscalls}, by the names of section 2 of the manual. */
public enum SyscallKind {
    /** open(2). */
    OPEN("open"),
    /** close(2). */
    CLOSE("close"),
    /** ioctl(2). */
    IOCTL("ioctl"),
    /** mmap(2). */
    MMAP("mmap"),
    /** munmap(2). */
    MUNMAP("munmap"),
    /** memfd_create(2). */
    MEMFD_CREATE("memfd_create"),
    /** fcntl(2), which duplicates descriptors too. */
    FCNTL("fcntl"),
    /** ftruncate(2). */
    FTRUNCATE("ftruncate"),
    /** lseek(2). */
    LSEEK("lseek"),
    /** read(2). */
    READ("read"),
    /** write(2). */
    WRITE("write"),
    /** pread(2), which reads a VFIO device's regions. */
    PREAD("pread"),
    /** pwrite(2), which writes a VFIO device's regions. */
    PWRITE("pwrite"),
    /** poll(2). */
    POLL("poll"),
    /** socket(2). */
    SOCKET("socket"),
    /** socketpair(2). */
    SOCKETPAIR("socketpair"),
    /** fchmod(2), of a socket before it has a file. */
    FCHMOD("fchmod"),
    /** bind(2). */
    BIND("bind"),
    /** listen(2). */
    LISTEN("listen"),
    /** connect(2). */
    CONNECT("connect"),
    /** accept4(2). */
    ACCEPT("accept4"),
    /** sendmsg(2). */
    SENDMSG("sendmsg"),
    /** recvmsg(2). */
    RECVMSG("recvmsg"),
    /** getsockopt(2) with {@code SO_PEERCRED}. */
    GETSOCKOPT("getsockopt"),
    /** setsockopt(2) with {@code SO_SNDTIMEO}. */
    SETSOCKOPT("setsockopt"),
    /** shutdown(2). */
    SHUTDOWN("shutdown"),
    /** What puts a simulated buffer together of what a peer has sent; no real kernel has it. */
    ASSEMBLE("assemble");

    private final String word;

    SyscallKind(String word) {
        this.word = word;
    }

    /** Says the name that the manual has. */
    @Override
    public String toString() {
        return word;
    }
}
