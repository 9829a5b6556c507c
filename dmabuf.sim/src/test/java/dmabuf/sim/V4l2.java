package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Fd;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A C program's way of using a camera, written down from linux/videodev2.h, with none of the simulation's own code. */
final class V4l2 implements AutoCloseable {

    static final long QUERYCAP = 0x80685600L;
    static final long G_FMT = 0xc0d05604L;
    static final long S_FMT = 0xc0d05605L;
    static final long REQBUFS = 0xc0145608L;
    static final long QUERYBUF = 0xc0585609L;
    static final long QBUF = 0xc058560fL;
    static final long EXPBUF = 0xc0405610L;
    static final long DQBUF = 0xc0585611L;
    static final long STREAMON = 0x40045612L;
    static final long STREAMOFF = 0x40045613L;
    static final long S_PARM = 0xc0cc5616L;
    static final int MMAP = 1;
    static final int DMABUF = 4;
    static final int YUYV = 0x56595559;
    static final int NV12 = 0x3231564e;
    static final int NM12 = 0x32314d4e;
    static final int XR24 = 0x34325258;

    /** What S_FMT has made of what was asked for. */
    record Format(int width, int height, int fourcc, int planes, int stride, int size, int secondStride, int secondSize) {}

    /** What DQBUF has given. */
    record Frame(int result, int index, int flags, int sequence, int bytesUsed, long micros) {}

    final Syscalls kernel;
    final Fd node;
    final int type;
    private final boolean planes;
    private final Arena arena = Arena.ofShared();

    V4l2(Syscalls kernel, String path, int flags, boolean planes) {
        this.kernel = kernel;
        this.node = Fd.adopt(SyscallResult.check(kernel.open(path, Posix.O_RDWR | flags), "open", path), kernel);
        this.planes = planes;
        this.type = planes ? 9 : 1;
    }

    int ioctl(long request, MemorySegment struct) {
        return kernel.ioctl(node.number(), request, struct);
    }

    MemorySegment struct(long request) {
        return arena.allocate(request >> 16 & 0x3fff, 8);
    }

    /** The answer of S_FMT, which fills the struct. */
    int setFormat(MemorySegment struct, int fourcc, int width, int height) {
        struct.set(JAVA_INT, 0, type);
        struct.set(JAVA_INT, 8, width);
        struct.set(JAVA_INT, 12, height);
        struct.set(JAVA_INT, 16, fourcc);
        return ioctl(S_FMT, struct);
    }

    Format setFormat(int fourcc, int width, int height) {
        MemorySegment struct = struct(S_FMT);
        SyscallResult.check(setFormat(struct, fourcc, width, height), "S_FMT", node.toString());
        int count = planes ? struct.get(JAVA_BYTE, 188) : 1;
        return new Format(
                struct.get(JAVA_INT, 8), struct.get(JAVA_INT, 12), struct.get(JAVA_INT, 16), count,
                planes ? struct.get(JAVA_INT_UNALIGNED, 32) : struct.get(JAVA_INT, 24),
                struct.get(JAVA_INT_UNALIGNED, 28),
                planes ? struct.get(JAVA_INT_UNALIGNED, 52) : 0,
                planes ? struct.get(JAVA_INT_UNALIGNED, 48) : 0);
    }

    /** The answer of REQBUFS: how many there are, or a negated errno. */
    int requestBuffers(int count, int memory) {
        MemorySegment struct = struct(REQBUFS);
        struct.set(JAVA_INT, 0, count);
        struct.set(JAVA_INT, 4, type);
        struct.set(JAVA_INT, 8, memory);
        int result = ioctl(REQBUFS, struct);
        return result < 0 ? result : struct.get(JAVA_INT, 0);
    }

    private MemorySegment buffer(int index, int memory, int... fds) {
        MemorySegment struct = struct(QBUF);
        struct.set(JAVA_INT, 0, index);
        struct.set(JAVA_INT, 4, type);
        struct.set(JAVA_INT, 60, memory);
        if (planes) {
            MemorySegment each = arena.allocate(8 * 64, 8);
            for (int plane = 0; plane < fds.length; plane++) {
                each.set(JAVA_INT, plane * 64L + 8, fds[plane]);
            }
            struct.set(JAVA_LONG, 64, each.address());
            struct.set(JAVA_INT, 72, 8);
        } else if (fds.length > 0) {
            struct.set(JAVA_INT, 64, fds[0]);
        }
        return struct;
    }

    /** The answer of QBUF with dma-bufs. */
    int queue(int index, int... fds) {
        return ioctl(QBUF, buffer(index, DMABUF, fds));
    }

    /** The answer of QBUF with a dma-buf of which the caller says how long it is. */
    int queueWithLength(int index, int fd, int length) {
        MemorySegment struct = buffer(index, DMABUF, fd);
        struct.set(JAVA_INT, 72, length);
        return ioctl(QBUF, struct);
    }

    /** The answer of QBUF with memory of the camera's. */
    int queueOwn(int index) {
        return ioctl(QBUF, buffer(index, MMAP));
    }

    /** QUERYBUF: the struct as it comes back. */
    MemorySegment query(int index, int memory) {
        MemorySegment struct = buffer(index, memory);
        SyscallResult.check(ioctl(QUERYBUF, struct), "QUERYBUF", "buffer " + index);
        return struct;
    }

    Frame dequeue(int memory) {
        MemorySegment struct = buffer(0, memory);
        int result = ioctl(DQBUF, struct);
        int used = planes ? MappedMemory.borrow(struct.get(JAVA_LONG, 64), 64).get(JAVA_INT, 0) : struct.get(JAVA_INT, 8);
        return new Frame(
                result, struct.get(JAVA_INT, 0), struct.get(JAVA_INT, 12), struct.get(JAVA_INT, 56), used,
                struct.get(JAVA_LONG, 24) * 1_000_000 + struct.get(JAVA_LONG, 32));
    }

    /** The answer of EXPBUF: a descriptor, or a negated errno. */
    int export(int index, int plane, int flags) {
        MemorySegment struct = struct(EXPBUF);
        struct.set(JAVA_INT, 0, type);
        struct.set(JAVA_INT, 4, index);
        struct.set(JAVA_INT, 8, plane);
        struct.set(JAVA_INT, 12, flags);
        int result = ioctl(EXPBUF, struct);
        return result < 0 ? result : struct.get(JAVA_INT, 16);
    }

    int stream(boolean on) {
        return ioctl(on ? STREAMON : STREAMOFF, arena.allocateFrom(JAVA_INT, type));
    }

    /** Sets the frame interval and gives the one that it has become, in frames a second. */
    double framesPerSecond(int asked) {
        MemorySegment struct = struct(S_PARM);
        struct.set(JAVA_INT, 0, type);
        struct.set(JAVA_INT, 12, 1);
        struct.set(JAVA_INT, 16, asked);
        SyscallResult.check(ioctl(S_PARM, struct), "S_PARM", node.toString());
        return (double) struct.get(JAVA_INT, 16) / struct.get(JAVA_INT, 12);
    }

    @Override
    public void close() {
        node.close();
        arena.close();
    }
}
