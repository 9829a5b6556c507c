package dmabuf.display.impl;

import dmabuf.api.Access;
import dmabuf.api.Mapping;
import dmabuf.api.MmapRequest;
import dmabuf.display.Display;
import dmabuf.display.DisplayFrame;
import dmabuf.display.DisplayPlane;
import dmabuf.image.FrameImages;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** What is on a screen now, as a PNG. */
final class ScreenPicture {

    static void take(Display display, Path png) throws IOException {
        try (DisplayFrame frame = display.frame(DisplayPlane.PRIMARY).orElseThrow();
                Mapping mapping = frame.buffer().mmap(MmapRequest.whole().access(Access.READ))) {
            ImageIO.write(FrameImages.standard().toImage(frame.info().frame(), mapping), "png", png.toFile());
        }
    }
}
