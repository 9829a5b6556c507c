package dmabuf.camera;

import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.Requirements;
import dmabuf.fd.Errno;
import dmabuf.frame.DrmFormat;
import importer.v4l2.Camera;
import importer.v4l2.CameraFormat;
import importer.v4l2.CaptureMemory;
import importer.v4l2.CaptureRequest;
import importer.v4l2.CaptureStream;
import importer.v4l2.CapturedFrame;
import importer.v4l2.FrameInterval;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One run: so many frames, a line for each, and what they come to. */
final class Capture {

    /** Enough for a pause of the JVM's, at thirty frames a second. */
    private static final int BUFFERS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final double NANOS_PER_MILLI = 1e6;

    private final Camera camera;
    private final CameraOptions options;
    private final PrintStream out;
    private final Latencies latencies = new Latencies();
    private long copies;
    private long damaged;

    Capture(Camera camera, CameraOptions options, PrintStream out) {
        this.camera = camera;
        this.options = options;
        this.out = out;
    }

    /** Tells whether every frame arrived: none dropped, none damaged, none copied. */
    boolean run() throws InterruptedException, IOException {
        out.println("camera    " + camera);
        try (CaptureStream stream = camera.open(request())) {
            describe(stream);
            long begun = System.nanoTime();
            CapturedFrame last = take(stream);
            long nanos = System.nanoTime() - begun;
            try (last) {
                summarise(stream, nanos);
                if (options.png() != null) {
                    Picture.write(stream.format(), last, options.png());
                    out.println("picture   frame " + last.sequence() + " is in " + options.png());
                }
            }
            stream.events().forEach(event -> out.println("event     " + event));
            return stream.dropped() == 0 && damaged == 0 && copies == 0;
        }
    }

    private CaptureRequest request() {
        CaptureRequest request = CaptureRequest.any().memory(options.memory()).buffers(BUFFERS);
        if (options.width() > 0) {
            request = request.size(options.width(), options.height());
        }
        if (options.rate() > 0) {
            request = request.interval(FrameInterval.perSecond(options.rate()));
        }
        if (!options.from().isEmpty()) {
            request = request.from(Requirements.none().exporter(options.from()));
        }
        if (options.format() != null) {
            return request.formats(options.format());
        }
        return options.png() == null ? request : drawable(request);
    }

    /** A picture can be made of some formats only; of those the one that the camera lists first. */
    private CaptureRequest drawable(CaptureRequest request) {
        List<CameraFormat> all = camera.formats();
        List<DrmFormat> formats = all.stream()
                .flatMap(each -> each.format().stream())
                .filter(Picture.formats()::contains)
                .distinct()
                .toList();
        if (formats.isEmpty()) {
            throw new DmaBufException(Errno.EINVAL, "open", camera.info().device(),
                    "no picture can be made of what the camera has: " + all + "; possible are " + Picture.formats());
        }
        return request.formats(formats.getFirst(), formats.subList(1, formats.size()).toArray(DrmFormat[]::new));
    }

    private void describe(CaptureStream stream) {
        out.println("format    " + stream.format());
        stream.format().changes().forEach(change -> out.println("  changed " + change));
        int planes = stream.format().bufferSizes().size();
        out.println("memory    " + stream.buffers().size() / planes + " frames of " + stream.format().bufferSizes() + " bytes, "
                + (options.memory() == CaptureMemory.MMAP ? "exported by " : "from ") + stream.choice().origin());
        stream.choice().refusals().forEach(refusal -> out.println("  not     " + refusal));
        out.flush();
    }

    /** Takes the frames, and gives the last one, which is not closed yet. */
    private CapturedFrame take(CaptureStream stream) throws InterruptedException {
        CapturedFrame last = null;
        try {
            for (int i = 0; i < options.frames(); i++) {
                if (last != null) {
                    last.close();
                    last = null;
                }
                last = stream.next(PATIENCE).orElseThrow(() -> new DmaBufException(
                        Errno.ETIMEDOUT, "VIDIOC_DQBUF", camera.info().device(), "no frame for " + PATIENCE.toSeconds() + " s"));
                note(stream, last);
            }
            return last;
        } catch (DmaBufException | InterruptedException e) {
            if (last != null) {
                last.close();
            }
            throw e;
        }
    }

    private void note(CaptureStream stream, CapturedFrame frame) {
        long strangers = frame.buffers().stream().map(DmaBuf::id).filter(id -> !stream.buffers().contains(id)).count();
        copies += strangers;
        damaged += frame.isDamaged() ? 1 : 0;
        String latency = frame.latency().map(time -> {
            latencies.add(time.toNanos());
            return String.format(Locale.ROOT, "latency %9.3f ms", time.toNanos() / NANOS_PER_MILLI);
        }).orElse("latency unknown: the driver's clock is not the monotonic one");
        List<String> remarks = new ArrayList<>();
        if (frame.droppedBefore() > 0) {
            remarks.add(frame.droppedBefore() + " dropped before it");
        }
        if (frame.isDamaged()) {
            remarks.add("damaged");
        }
        if (strangers > 0) {
            remarks.add("not in a buffer that the driver was given");
        }
        out.printf(Locale.ROOT, "frame %5d %s, %s%s%n", frame.sequence(), latency,
                String.join(", ", frame.buffers().stream().map(buffer -> buffer.id().toString()).toList()),
                remarks.isEmpty() ? "" : ": " + String.join(", ", remarks));
    }

    private void summarise(CaptureStream stream, long nanos) {
        out.printf(Locale.ROOT, "%d frames in %.2f s, %d dropped, %d damaged, %d copies: %s%n", stream.captured(), nanos / 1e9,
                stream.dropped(), damaged, copies,
                copies == 0 ? "each is in one of the " + stream.buffers().size() + " dma-bufs that the driver writes"
                        : "some are in buffers that the driver was not given");
        out.println(latencies);
    }
}
