package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.SharedExtents.Extent;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The buffers of a camera and where each one is: {@code videobuf2-core.c} and {@code videobuf2-v4l2.c} of Linux 6.12, for capture, with
 * memory of the camera's own (MMAP) or dma-bufs (DMABUF). There is no reading by read(2), and no memory of the caller's (USERPTR).
 *
 * <p>Guarded by the camera's lock, which every caller holds.
 */
final class Vb2Queue {

    /** Under which name the memory is exported: that of the module which allocates it. */
    static final String EXPORTER = "videobuf2_vmalloc";

    private static final int LEAST_BUFFERS = 2;
    private static final int MOST_BUFFERS = 64;

    private final BufferFactory buffers;
    private final NodeMappings<Backing> mappings;
    private final int type;
    private final Camera camera;

    private List<Vb2Buffer> all = new ArrayList<>();
    private final Deque<Vb2Buffer> queued = new ArrayDeque<>();
    private final Deque<Vb2Buffer> done = new ArrayDeque<>();
    private int memory;
    private boolean streaming;
    private boolean error;
    private boolean waitingForBuffers;
    /** Only the file that has asked for the buffers may use them. */
    private Object owner;

    Vb2Queue(Camera camera, BufferFactory buffers, NodeMappings<Backing> mappings, int type) {
        this.camera = camera;
        this.buffers = buffers;
        this.mappings = mappings;
        this.type = type;
    }

    boolean isBusy() {
        return !all.isEmpty();
    }

    boolean isStreaming() {
        return streaming;
    }

    boolean isMultiplanar() {
        return type == V4l2Uapi.BUF_TYPE_VIDEO_CAPTURE_MPLANE;
    }

    boolean hasDone() {
        return !done.isEmpty();
    }

    int queuedBuffers() {
        return queued.size();
    }

    /** What poll(2) says to who waits for a picture, {@code vb2_core_poll}. */
    int readiness() {
        if (!streaming || error || waitingForBuffers) {
            return Posix.POLLERR;
        }
        return done.isEmpty() ? 0 : Posix.POLLIN;
    }

    /** Whether a DQBUF that waits has something to say. */
    boolean isDecided() {
        return !done.isEmpty() || !streaming || error;
    }

    private void checkOwner(Object file) {
        if (owner != null && owner != file) {
            throw new KernelError(Errno.EBUSY);
        }
    }

    private void check(boolean valid) {
        if (!valid) {
            throw new KernelError(Errno.EINVAL);
        }
    }

    /** {@code vb2_ioctl_reqbufs}. */
    int request(Object file, MemorySegment request, List<Integer> sizes) {
        int asked = request.get(JAVA_INT, V4l2Uapi.REQUESTBUFFERS_MEMORY);
        int count = request.get(JAVA_INT, V4l2Uapi.REQUESTBUFFERS_COUNT);
        request.set(JAVA_INT, V4l2Uapi.REQUESTBUFFERS_CAPABILITIES, V4l2Uapi.BUF_CAP_SUPPORTS_MMAP | V4l2Uapi.BUF_CAP_SUPPORTS_DMABUF
                | V4l2Uapi.BUF_CAP_SUPPORTS_ORPHANED_BUFS);
        request.set(JAVA_INT, V4l2Uapi.REQUESTBUFFERS_FLAGS, 0);
        check(asked == V4l2Uapi.MEMORY_MMAP || asked == V4l2Uapi.MEMORY_DMABUF);
        check(request.get(JAVA_INT, V4l2Uapi.REQUESTBUFFERS_TYPE) == type);
        checkOwner(file);
        if (streaming) {
            throw new KernelError(Errno.EBUSY);
        }
        free();
        if (count == 0) {
            owner = null;
            return 0;
        }
        int wanted = Integer.compareUnsigned(count, MOST_BUFFERS) > 0 ? MOST_BUFFERS : Math.max(count, LEAST_BUFFERS);
        allocate(asked, wanted, sizes);
        owner = file;
        waitingForBuffers = true;
        request.set(JAVA_INT, V4l2Uapi.REQUESTBUFFERS_COUNT, all.size());
        return 0;
    }

    private void allocate(int asked, int count, List<Integer> sizes) {
        memory = asked;
        try {
            for (int index = 0; index < count; index++) {
                List<Vb2Plane> planes = sizes.stream().map(Vb2Plane::new).toList();
                all.add(new Vb2Buffer(index, planes));
                if (asked == V4l2Uapi.MEMORY_MMAP) {
                    for (int plane = 0; plane < planes.size(); plane++) {
                        planes.get(plane).allocate(buffers, index, plane);
                    }
                }
            }
        } catch (KernelError e) {
            free();
            throw new KernelError(Errno.ENOMEM);
        }
    }

    /** {@code __vb2_queue_free}: what callers have mapped or exported lives on without the queue. */
    private void free() {
        cancel();
        all.forEach(buffer -> buffer.planes().forEach(plane -> plane.release(camera.afterwards())));
        all = new ArrayList<>();
        memory = 0;
    }

    /** {@code vb2_queue_release}, when the owner is gone, or the camera. */
    void release() {
        free();
        owner = null;
    }

    boolean isOwner(Object file) {
        return owner == file;
    }

    private Vb2Buffer buffer(MemorySegment struct) {
        check(struct.get(JAVA_INT, V4l2Uapi.BUFFER_TYPE) == type);
        int index = struct.get(JAVA_INT, V4l2Uapi.BUFFER_INDEX);
        check(index >= 0 && index < all.size());
        return all.get(index);
    }

    /** {@code __verify_planes_array}. */
    private void checkPlanes(Vb2Buffer buffer, MemorySegment struct, MemorySegment planes) {
        int given = planes == null ? 0 : struct.get(JAVA_INT, V4l2Uapi.BUFFER_LENGTH);
        check(!isMultiplanar() || given >= buffer.planes().size());
    }

    /** {@code vb2_querybuf}, which anybody may. */
    int query(MemorySegment struct, MemorySegment planes) {
        Vb2Buffer buffer = buffer(struct);
        checkPlanes(buffer, struct, planes);
        fill(buffer, struct, planes);
        return 0;
    }

    private void fill(Vb2Buffer buffer, MemorySegment struct, MemorySegment planes) {
        boolean inUse = memory == V4l2Uapi.MEMORY_MMAP
                && buffer.planes().stream().anyMatch(plane -> plane.isInUse(camera.descriptors(), mappings));
        buffer.fill(struct, isMultiplanar() ? planes : null, type, memory, inUse);
    }

    private Vb2Buffer bufferToPrepare(Object file, MemorySegment struct, MemorySegment planes) {
        checkOwner(file);
        Vb2Buffer buffer = buffer(struct);
        check(struct.get(JAVA_INT, V4l2Uapi.BUFFER_MEMORY) == memory);
        checkPlanes(buffer, struct, planes);
        return buffer;
    }

    /** {@code vb2_prepare_buf}. */
    int prepare(Object file, MemorySegment struct, MemorySegment planes) {
        Vb2Buffer buffer = bufferToPrepare(file, struct, planes);
        check(buffer.state() == Vb2Buffer.State.DEQUEUED && !buffer.isPrepared());
        prepare(buffer, struct, planes);
        fill(buffer, struct, planes);
        return 0;
    }

    /** {@code vb2_qbuf}. */
    int queue(Object file, MemorySegment struct, MemorySegment planes) {
        Vb2Buffer buffer = bufferToPrepare(file, struct, planes);
        if (error) {
            throw new KernelError(Errno.EIO);
        }
        check(buffer.state() == Vb2Buffer.State.DEQUEUED);
        if (!buffer.isPrepared()) {
            prepare(buffer, struct, planes);
        }
        buffer.enqueue();
        queued.add(buffer);
        waitingForBuffers = false;
        fill(buffer, struct, planes);
        return 0;
    }

    private void prepare(Vb2Buffer buffer, MemorySegment struct, MemorySegment planes) {
        if (error) {
            throw new KernelError(Errno.EIO);
        }
        if (memory == V4l2Uapi.MEMORY_DMABUF) {
            try {
                attach(buffer, struct, planes);
            } catch (KernelError e) {
                buffer.planes().forEach(plane -> plane.release(camera.afterwards()));
                throw e;
            }
        }
        buffer.planes().forEach(plane -> plane.setPayload(plane.leastLength()));
        buffer.prepare();
    }

    /** {@code __prepare_dmabuf}: what is there already stays. */
    private void attach(Vb2Buffer buffer, MemorySegment struct, MemorySegment planes) {
        for (int index = 0; index < buffer.planes().size(); index++) {
            long at = (long) index * V4l2Uapi.PLANE_SIZE;
            int number = isMultiplanar() ? planes.get(JAVA_INT, at + V4l2Uapi.PLANE_M) : struct.get(JAVA_INT, V4l2Uapi.BUFFER_M);
            int length = isMultiplanar()
                    ? planes.get(JAVA_INT, at + V4l2Uapi.PLANE_LENGTH)
                    : struct.get(JAVA_INT, V4l2Uapi.BUFFER_LENGTH);
            attach(buffer.planes().get(index), number, length);
        }
    }

    private void attach(Vb2Plane plane, int number, int length) {
        SimulatedFile file = camera.descriptors().find(number);
        if (file == null) {
            throw new KernelError(Errno.EINVAL);
        }
        try {
            if (!(file instanceof BufferFile dmaBuf)) {
                throw new KernelError(Errno.EINVAL);
            }
            int size = length == 0 ? (int) dmaBuf.size() : length;
            check(Integer.compareUnsigned(size, plane.leastLength()) >= 0);
            if (!plane.has(dmaBuf, size)) {
                plane.release(camera.afterwards());
                plane.attach(buffers.linux(), camera.descriptors(), dmaBuf, number, size);
            }
            plane.setFd(number);
        } finally {
            file.leave();
        }
    }

    /** Gives {@code vb2_dqbuf}'s answer, or {@link Camera#WAIT} when there is none yet. */
    int dequeue(Object file, MemorySegment struct, MemorySegment planes, boolean nonBlocking) {
        checkOwner(file);
        check(struct.get(JAVA_INT, V4l2Uapi.BUFFER_TYPE) == type);
        check(streaming);
        if (error) {
            throw new KernelError(Errno.EIO);
        }
        Vb2Buffer buffer = done.peek();
        if (buffer == null) {
            return nonBlocking ? -Errno.EAGAIN.number() : Camera.WAIT;
        }
        checkPlanes(buffer, struct, planes);
        done.remove();
        buffer.unprepare();
        fill(buffer, struct, planes);
        struct.set(JAVA_INT, V4l2Uapi.BUFFER_FLAGS, struct.get(JAVA_INT, V4l2Uapi.BUFFER_FLAGS) & ~V4l2Uapi.BUF_FLAG_DONE);
        buffer.dequeue();
        return 0;
    }

    /** {@code vb2_expbuf}. */
    int export(Object file, MemorySegment struct) {
        checkOwner(file);
        int flags = struct.get(JAVA_INT, V4l2Uapi.EXPORTBUFFER_FLAGS);
        check(memory == V4l2Uapi.MEMORY_MMAP && (flags & ~(Posix.O_CLOEXEC | Posix.O_ACCMODE)) == 0);
        check(struct.get(JAVA_INT, V4l2Uapi.EXPORTBUFFER_TYPE) == type);
        int index = struct.get(JAVA_INT, V4l2Uapi.EXPORTBUFFER_INDEX);
        int plane = struct.get(JAVA_INT, V4l2Uapi.EXPORTBUFFER_PLANE);
        check(index >= 0 && index < all.size() && plane >= 0 && plane < all.get(index).planes().size());
        Vb2Plane exported = all.get(index).planes().get(plane);
        List<Extent> pieces = exported.own().extents();
        int fd = buffers.export(
                BufferExport.of(EXPORTER, flags & Posix.O_ACCMODE, DriverRules.VB2_VMALLOC, buffers.waits()), pieces,
                (flags & Posix.O_CLOEXEC) != 0);
        exported.exportedAs(Descriptors.status(fd, Errno.EBADF).inode());
        struct.set(JAVA_INT, V4l2Uapi.EXPORTBUFFER_FD, fd);
        return 0;
    }

    /** {@code vb2_streamon}. */
    int streamOn(Object file, int asked) {
        checkOwner(file);
        check(asked == type);
        if (!streaming) {
            check(!all.isEmpty());
            streaming = true;
            camera.startStreaming();
        }
        return 0;
    }

    /** {@code vb2_streamoff}: every buffer is the caller's again, whether there was a stream or not. */
    int streamOff(Object file, int asked) {
        checkOwner(file);
        check(asked == type);
        cancel();
        waitingForBuffers = true;
        return 0;
    }

    private void cancel() {
        if (streaming) {
            camera.stopStreaming();
        }
        streaming = false;
        error = false;
        queued.clear();
        done.clear();
        for (Vb2Buffer buffer : all) {
            buffer.unprepare();
            buffer.dequeue();
        }
    }

    /** {@code vb2_queue_error}: from now on there is no stream any more, until it is switched off. */
    void breakDown() {
        error = true;
    }

    /** The buffer that the next picture goes into; null when the caller has left none. */
    Vb2Buffer nextToFill() {
        return queued.poll();
    }

    /** {@code vb2_buffer_done}. */
    void filled(Vb2Buffer buffer) {
        done.add(buffer);
    }

    /** {@code vb2_mmap}, after the checks of {@code do_mmap}. */
    long mmap(long address, long length, int protection, int flags, long offset, boolean writable) {
        // A shared mapping of a file that is open for reading is no longer called shared when the driver is asked.
        boolean possible = !DriverRules.isPrivate(flags) && writable && (protection & Posix.PROT_READ) != 0 && memory == V4l2Uapi.MEMORY_MMAP;
        Backing found = null;
        for (Vb2Buffer buffer : possible ? all : List.<Vb2Buffer>of()) {
            for (Vb2Plane plane : buffer.planes()) {
                found = plane.offset() == offset ? plane.own() : found;
            }
        }
        long whole = MappedMemory.roundUp(length);
        check(found != null && whole <= found.size());
        long mapped = new BufferMapping(buffers.linux(), protection, flags).map(found.extents(), address, 0, whole);
        if (mapped > 0) {
            mappings.add(mapped, found);
        }
        return mapped;
    }
}
