package dmabuf.core;

import static dmabuf.frame.DrmFormat.NV12;
import static dmabuf.frame.DrmFormat.XRGB8888;
import static dmabuf.frame.DrmFormat.YUYV;

import dmabuf.api.Access;
import dmabuf.api.DmaBufs;
import dmabuf.api.Mapping;
import dmabuf.api.NegotiatedBuffer;
import dmabuf.api.Negotiation;
import dmabuf.api.NegotiationException;
import dmabuf.api.Requirements;
import dmabuf.frame.FrameDescription;
import dmabuf.frame.FrameFormats;
import dmabuf.image.FrameImages;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A camera, a display and a viewer share a picture, in whatever format, layout and memory suits all three. */
final class SharedPicture {

    static final Negotiation PICTURE = Negotiation.ofFrame(1920, 1080)
            .importer("camera", Requirements.none().formats(FrameFormats.linear(YUYV, NV12)).strideAlignment(64))
            .importer("display", Requirements.none().formats(FrameFormats.linear(XRGB8888, NV12)).strideAlignment(256))
            .importer("viewer", Requirements.none().cachedReads().access(Access.READ));

    static FrameDescription take(DmaBufs dmaBufs, Path png) throws IOException {
        try (NegotiatedBuffer shared = dmaBufs.negotiate(PICTURE);
                Mapping mapping = shared.buffer().mmap()) {
            FrameDescription frame = shared.frame().orElseThrow(); // NV12 1920x1080, stride 2048 + 2048 at 2211840
            // … the camera and the display are given shared.buffer().fd() and the frame …
            ImageIO.write(FrameImages.standard().toImage(frame, mapping), "png", png.toFile());
            return frame;
        } catch (NegotiationException e) {
            e.contradictions().forEach(System.err::println); // what they cannot all have, whoever exports
            e.refusals().forEach(System.err::println); // what is against each exporter, and on whose behalf
            throw e;
        }
    }
}
