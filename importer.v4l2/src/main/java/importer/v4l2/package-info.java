/**
 * Cameras: video capture devices of V4L2, whose frames go straight into dma-bufs. A {@link importer.v4l2.Camera} is a service, one for each
 * device that is there:
 *
 * <pre>{@code
 * CaptureRequest request = CaptureRequest.any().size(1280, 720).formats(DrmFormat.NV12, DrmFormat.YUYV);
 * try (CaptureStream stream = camera.open(request)) {
 *     while (running) {
 *         try (CapturedFrame frame = stream.next(Duration.ofSeconds(1)).orElseThrow()) {
 *             encoder.use(frame.buffer().fd(), frame.description());  // the very memory that the driver has written
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>Nothing is copied: the buffers are of the exporter that suits camera and users best, negotiated once, or the camera's own.
 * {@code docs/a-camera-pipeline.md} shows a whole pipeline.
 *
 * <p>Importers of this package use {@code [1.0,2)}.
 */
@Export
@Version("1.0.0")
package importer.v4l2;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
