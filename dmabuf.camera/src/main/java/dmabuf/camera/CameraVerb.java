package dmabuf.camera;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.KernelKind;
import importer.v4l2.Camera;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The verb {@code camera}: captures frames into dma-bufs, tells what became of each, and makes a picture of the last one. */
@Component(property = "dmabuf.verb=camera")
public final class CameraVerb implements ToIntFunction<String[]> {

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private final BundleContext context;

    /**
     * Prepares the verb.
     *
     * @param context looks up the cameras
     */
    @Activate
    public CameraVerb(BundleContext context) {
        this.context = context;
    }

    @Override
    public int applyAsInt(String[] arguments) {
        CameraOptions options;
        try {
            options = CameraOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            return complain(e.getMessage(), MISUSED);
        }
        String hindrance = options.png() == null ? null : hindrance(options.png());
        if (hindrance != null) {
            return complain("cannot write " + options.png() + ": " + hindrance, FAILED);
        }
        try {
            List<Camera> cameras = cameras();
            Camera camera = cameras.stream()
                    .filter(each -> options.device().isEmpty() || each.info().device().equals(options.device()))
                    .findFirst()
                    .orElse(null);
            return camera == null ? complain(missing(options, cameras), FAILED)
                    : new Capture(camera, options, System.out).run() ? DONE : FAILED;
        } catch (DmaBufException e) {
            // The framework ends, by Ctrl-C for example: that is no news.
            return e.errno() == Errno.ECANCELED ? FAILED : complain(e.getMessage(), FAILED);
        } catch (IOException e) {
            return complain("cannot write " + options.png() + ": " + e.getMessage(), FAILED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    /** Why no picture could be written in the end, told at the beginning. */
    private static String hindrance(Path png) {
        Path folder = png.toAbsolutePath().getParent();
        return Files.isDirectory(png) ? "it is a folder"
                : folder == null || !Files.isDirectory(folder) ? "there is no folder " + folder
                : !Files.isWritable(Files.exists(png) ? png : folder) ? "there is no permission to"
                : null;
    }

    private static int complain(String message, int status) {
        System.err.println("dmabuf: " + message);
        return status;
    }

    /** The cameras that are there, real ones first, and by their nodes. */
    private List<Camera> cameras() {
        try {
            Collection<ServiceReference<Camera>> found = context.getServiceReferences(Camera.class, null);
            return found.stream()
                    .map(context::getService)
                    .filter(each -> each != null)
                    .sorted(Comparator.comparing((Camera each) -> each.info().kernel() == KernelKind.SIMULATED)
                            .thenComparing(each -> each.info().device()))
                    .toList();
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String missing(CameraOptions options, List<Camera> cameras) {
        return (options.device().isEmpty() ? "there is no camera here" : "there is no camera " + options.device())
                + (cameras.isEmpty()
                        ? "; plug one in, or simulate one: --machine camera"
                        : "; there are: " + cameras.stream().map(Camera::toString).collect(Collectors.joining(", ")));
    }
}
