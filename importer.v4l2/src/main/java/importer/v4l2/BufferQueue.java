package importer.v4l2;

import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Posix;
import importer.v4l2.uapi.Buffer;
import importer.v4l2.uapi.ExportBuffer;
import importer.v4l2.uapi.RequestBuffers;
import importer.v4l2.uapi.Videodev;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** The queue of buffers of an open node. Answers as the kernel does. Not thread-safe. */
final class BufferQueue {

    private final VideoNode node;
    private final int type;
    private final int memory;
    private final int planes;
    /** Reused, and freed by the collector, since streams end on any thread. */
    private final Buffer buffer;
    private final MemorySegment typeArgument;

    BufferQueue(VideoNode node, int type, CaptureMemory memory, int planes) {
        this.node = node;
        this.type = type;
        this.memory = memory == CaptureMemory.MMAP ? Videodev.MEMORY_MMAP : Videodev.MEMORY_DMABUF;
        this.planes = planes;
        Arena arena = Arena.ofAuto();
        this.buffer = new Buffer(arena, type, this.memory, planes);
        this.typeArgument = arena.allocateFrom(ValueLayout.JAVA_INT, type);
    }

    /** Makes room for buffers, and says how many the driver grants. */
    int reserve(int count) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = RequestBuffers.fill(arena, count, type, memory);
            int result = node.request(Videodev.REQBUFS, struct);
            if (result == -Errno.EINVAL.number()) {
                String other = memory == Videodev.MEMORY_MMAP ? "the driver has no buffers of its own: use CaptureMemory.DMABUF"
                        : "the driver cannot capture into buffers of others: use CaptureMemory.MMAP";
                throw node.failure(Errno.EINVAL, "VIDIOC_REQBUFS", count + " buffers", other);
            }
            if (result < 0) {
                throw node.failure(Errno.ofResult(result), "VIDIOC_REQBUFS", count + " buffers");
            }
            int granted = RequestBuffers.count(struct);
            if (granted < 1 || granted > 1 << 16) {
                throw node.failure(Errno.ENOMEM, "VIDIOC_REQBUFS", count + " buffers", "the driver grants " + granted);
            }
            return granted;
        }
    }

    /** Asks how large the driver's own buffer is, plane by plane. */
    List<Long> lengths(int index) {
        node.call(Videodev.QUERYBUF, "VIDIOC_QUERYBUF", buffer.about(index).struct());
        List<Long> lengths = new ArrayList<>();
        for (int i = 0; i < planes; i++) {
            lengths.add(buffer.length(i));
        }
        return lengths;
    }

    /** Makes a dma-buf of the driver's own buffer. */
    Fd export(int index, int plane) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = ExportBuffer.fill(arena, type, index, plane);
            node.call(Videodev.EXPBUF, "VIDIOC_EXPBUF", struct);
            return Fd.adopt(ExportBuffer.fd(struct), node.kernel());
        }
    }

    /** Gives a buffer to the driver: 0, or a negated errno. */
    int queue(int index, SlotMemory into) {
        buffer.about(index);
        for (int i = 0; i < into.fds().size(); i++) {
            buffer.plane(i, into.fds().get(i).number(), into.buffers().get(i).size());
        }
        return node.request(Videodev.QBUF, buffer.struct());
    }

    /** Takes a filled buffer, whose description {@link #filled} is then: 0, or a negated errno, EAGAIN when there is none. */
    int dequeue() {
        return node.ioctl(Videodev.DQBUF, buffer.about(0).struct());
    }

    /** What the last call was answered. */
    Buffer filled() {
        return buffer;
    }

    /** Starts: 0, or a negated errno. */
    int start() {
        return node.request(Videodev.STREAMON, typeArgument);
    }

    /** Stops, whatever the driver says: a device that is gone has stopped too. */
    void stop() {
        node.request(Videodev.STREAMOFF, typeArgument);
    }

    /** What to wait for until there may be a filled buffer. */
    static int events() {
        return Posix.POLLIN;
    }
}
