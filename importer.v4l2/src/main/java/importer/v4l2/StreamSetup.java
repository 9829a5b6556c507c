package importer.v4l2;

import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.DmaBufs;
import dmabuf.api.MmapPolicy;
import dmabuf.api.Requirements;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.frame.FrameFormats;
import dmabuf.linux.FdWaiter;
import importer.v4l2.uapi.Videodev;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Sets a stream up: format, buffers, start. Used once. Closing it takes back what was done, unless the stream has taken it over. */
final class StreamSetup implements AutoCloseable {

    private static final String BUFFER_NAME = "camera frame";

    private final VideoNode node;
    private final CameraInfo camera;
    private final DmaBufs dmaBufs;
    private final CaptureRequest request;
    private final int type;
    private final List<Slot> slots = new ArrayList<>();
    private CaptureFormat format;
    private BufferQueue queue;
    private boolean taken;

    /** Takes the node over. */
    StreamSetup(VideoNode node, CameraInfo camera, DmaBufs dmaBufs, CaptureRequest request) {
        this.node = node;
        this.camera = camera;
        this.dmaBufs = dmaBufs;
        this.request = request;
        this.type = typeOf(camera);
    }

    static int typeOf(CameraInfo camera) {
        return camera.multiplanar() ? Videodev.VIDEO_CAPTURE_MPLANE : Videodev.VIDEO_CAPTURE;
    }

    V4l2Stream start(FdWaiter waiter, Consumer<V4l2Stream> whenClosed) {
        if (!request.into().isEmpty() && request.memory() == CaptureMemory.MMAP) {
            throw node.failure(Errno.EINVAL, "open", "", "CaptureMemory.MMAP is the driver's own memory, and buffers were brought");
        }
        format = new FormatAgreement(node, camera, type, request).reach();
        queue = new BufferQueue(node, type, request.memory(), format.bufferSizes().size());
        BufferRenewal renewal = request.memory() == CaptureMemory.MMAP ? exportOfDriver()
                : request.into().isEmpty() ? importFromBest() : importGiven();
        int result = queue.start();
        if (result < 0) {
            throw node.failure(Errno.ofResult(result), "VIDIOC_STREAMON", "");
        }
        V4l2Stream stream = new V4l2Stream(node, camera, format, queue, slots, renewal, waiter, whenClosed);
        renewal.tellNewsTo(stream::tell);
        taken = true;
        return stream;
    }

    /** The driver's buffers, each exported once. */
    private BufferRenewal exportOfDriver() {
        int count = queue.reserve(request.buffers());
        Caching caching = CameraCaching.of(camera.driver(), node.kernel().devices());
        for (int i = 0; i < count; i++) {
            queue.lengths(i).forEach(this::checkLength);
            SlotMemory memory = SlotMemory.ofDriver(exportOfDriver(i, caching));
            add(i, memory);
            checkUsers(memory);
            int result = queue.queue(i, memory);
            if (result < 0) {
                throw refusal(result, memory);
            }
        }
        return new BufferRenewal(null, new BufferChoice("the camera itself", List.of()), request.whenExporterGoes());
    }

    private void checkLength(long length) {
        if (length < 1) {
            throw node.failure(Errno.EINVAL, "VIDIOC_QUERYBUF", "", "the driver says that its buffer is empty");
        }
    }

    private List<DmaBuf> exportOfDriver(int index, Caching caching) {
        List<DmaBuf> buffers = new ArrayList<>();
        boolean all = false;
        try {
            for (int plane = 0; plane < format.bufferSizes().size(); plane++) {
                Fd fd = queue.export(index, plane);
                buffers.add(caching == Caching.UNKNOWN ? dmaBufs.importFd(fd) : dmaBufs.importFd(fd, MmapPolicy.mappable(caching)));
                if (buffers.getLast().size() < format.bufferSizes().get(plane)) {
                    throw node.failure(Errno.EINVAL, "VIDIOC_EXPBUF", "buffer " + index, "the driver's buffer is smaller than its frame: "
                            + buffers.getLast().size() + " bytes, and the frame needs " + format.bufferSizes().get(plane));
                }
            }
            all = true;
            return buffers;
        } finally {
            if (!all) {
                buffers.forEach(DmaBuf::close);
            }
        }
    }

    /** Users that were named have to be able to use what nobody negotiated. */
    private void checkUsers(SlotMemory memory) {
        request.named().forEach((user, needs) -> {
            for (DmaBuf buffer : memory.buffers()) {
                needs.refuse(buffer).ifPresent(why -> {
                    throw node.failure(Errno.EINVAL, "open", "", "for " + user + ": " + why);
                });
            }
        });
    }

    private BufferRenewal importFromBest() {
        int count = queue.reserve(request.buffers());
        Requirements needs = request.source().kernel(camera.kernel()).formats(FrameFormats.linear(format.frame().format()));
        ExporterChoice exporters =
                new ExporterChoice(dmaBufs, camera.device(), BUFFER_NAME, needs, request.importers(), format.bufferSizes());
        for (int i = 0; i < count; i++) {
            add(i, accepted(i, exporters));
        }
        return new BufferRenewal(exporters, exporters.describe(slots.getFirst().memory.origin()), request.whenExporterGoes());
    }

    /** Buffers that the driver takes, of whoever makes some. */
    private SlotMemory accepted(int index, ExporterChoice exporters) {
        while (true) {
            SlotMemory memory = SlotMemory.of(exporters.buffers());
            int result = queue.queue(index, memory);
            if (result >= 0) {
                return memory;
            }
            DmaBufException why = refusal(result, memory);
            memory.close();
            if (why instanceof CameraGoneException) {
                throw why;
            }
            exporters.refused(why);
        }
    }

    private BufferRenewal importGiven() {
        int each = format.bufferSizes().size();
        int frames = request.into().size() / each;
        if (frames * each != request.into().size()) {
            throw node.failure(Errno.EINVAL, "open", request.into().size() + " buffers", "a frame has " + each);
        }
        int count = queue.reserve(frames);
        if (count > frames) {
            throw node.failure(Errno.EINVAL, "VIDIOC_REQBUFS", "buffers of " + frames + " frames", "the driver needs those of " + count);
        }
        for (int i = 0; i < count; i++) {
            List<DmaBuf> own = request.into().subList(i * each, (i + 1) * each).stream().map(DmaBuf::retain).toList();
            SlotMemory memory = SlotMemory.of(own);
            add(i, memory);
            checkKernel(memory);
            checkUsers(memory);
            int result = queue.queue(i, memory);
            if (result < 0) {
                throw refusal(result, memory);
            }
        }
        return new BufferRenewal(null, new BufferChoice(slots.getFirst().memory.origin(), List.of()), request.whenExporterGoes());
    }

    private void checkKernel(SlotMemory memory) {
        for (Fd fd : memory.fds()) {
            if (fd.kernel().kind() != camera.kernel()) {
                throw node.failure(Errno.EINVAL, "VIDIOC_QBUF", fd.toString(), "the camera is of the " + camera.kernel().property()
                        + " kernel, and the buffer is of the " + fd.kernel().kind().property() + " one");
            }
        }
    }

    private void add(int index, SlotMemory memory) {
        Slot slot = new Slot(index, memory);
        slot.state = Slot.State.QUEUED;
        slots.add(slot);
    }

    private DmaBufException refusal(int result, SlotMemory memory) {
        Errno errno = Errno.ofResult(result);
        return node.failure(errno, "VIDIOC_QBUF", "", QueueRefusal.of(errno, format.bufferSizes(), memory.buffers()));
    }

    @Override
    public void close() {
        if (!taken) {
            node.close(); // First: the driver is not to write into memory that is given back.
            slots.forEach(slot -> slot.memory.close());
        }
    }
}
