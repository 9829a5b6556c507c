/**
 * What is on a screen that is memory: of a virtual GPU, say, whose guest draws it. The current frame is a buffer with the description of
 * the picture in it, the cursor comes apart or composed, and whoever wants to follow is told of changes:
 *
 * <pre>{@code
 * try (DisplayFrame frame = display.frame(DisplayPlane.PRIMARY).orElseThrow();
 *         Mapping mapping = frame.buffer().mmap(MmapRequest.whole().access(Access.READ))) {
 *     ImageIO.write(FrameImages.standard().toImage(frame.info().frame(), mapping), "png", file);
 * }
 * }</pre>
 *
 * <p>A {@link dmabuf.display.Display} is a service for each screen. It outlives the exporter that knows the screen: while that is swapped
 * the screen is {@link dmabuf.display.DisplayState.Condition#GONE}, and who listens is told when it is there again.
 *
 * <p>Importers of this package use {@code [1.0,2)}.
 */
@Export
@Version("1.0.0")
package dmabuf.display;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
