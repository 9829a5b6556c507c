package importer.v4l2;

import static dmabuf.frame.DrmFormat.NV12;
import static dmabuf.frame.DrmFormat.XRGB8888;
import static dmabuf.frame.DrmFormat.YUYV;

import dmabuf.api.Access;
import dmabuf.api.Mapping;
import dmabuf.api.MmapRequest;
import dmabuf.api.Requirements;
import dmabuf.frame.FrameFormats;
import dmabuf.image.FrameImages;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import javax.imageio.ImageIO;

/** A display and a viewer share the frames of a camera, none of which is ever copied. The viewer makes a picture of the last one. */
final class CameraPipeline {

    private static final CaptureRequest REQUEST = CaptureRequest.any()
            .size(1280, 720)
            .formats(YUYV, NV12)
            .importer("display", Requirements.none().formats(FrameFormats.linear(XRGB8888, NV12)).strideAlignment(256))
            .importer("viewer", Requirements.none().cachedReads().access(Access.READ))
            .whenExporterGoes(WhenExporterGoes.RENEGOTIATE);

    static CaptureFormat run(Camera camera, int count, Path png) throws IOException, InterruptedException {
        try (CaptureStream stream = camera.open(REQUEST)) {
            stream.format().changes().forEach(System.err::println); // what the driver granted otherwise, without a word
            for (int i = 1; i <= count; i++) {
                try (CapturedFrame frame = stream.next(Duration.ofSeconds(30)).orElseThrow()) {
                    if (frame.droppedBefore() > 0) {
                        System.err.println(frame.droppedBefore() + " frames dropped: all buffers were in use");
                    }
                    // … the display is given frame.buffer().fd() and frame.description(): the very memory that the driver has written …
                    if (i == count) {
                        view(frame, png);
                    }
                } // the buffer is the camera's again
            }
            stream.events().forEach(System.err::println); // exporters that came and went meanwhile
            return stream.format();
        }
    }

    private static void view(CapturedFrame frame, Path png) throws IOException {
        try (Mapping mapping = frame.buffer().mmap(MmapRequest.whole().access(Access.READ))) {
            ImageIO.write(FrameImages.standard().toImage(frame.description(), mapping), "png", png.toFile());
        }
    }
}
