package dmabuf.demo;

import dmabuf.api.DmaBufs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ToIntFunction;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The verb {@code demo}: the main job end to end on a file, every claim checked. */
@Component(property = "dmabuf.verb=demo")
public final class DemoVerb implements ToIntFunction<String[]> {

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private final BundleContext context;
    private final DmaBufs buffers;
    private final SecondProcess second = new SecondProcess();

    /**
     * Prepares the verb.
     *
     * @param context looks up what the bundles of the demonstration offer
     * @param buffers the façade
     */
    @Activate
    public DemoVerb(BundleContext context, @Reference DmaBufs buffers) {
        this.context = context;
        this.buffers = buffers;
    }

    @Override
    public int applyAsInt(String[] arguments) {
        if (arguments.length > 1 || arguments.length == 1 && arguments[0].startsWith("-")) {
            System.err.println("dmabuf: demo takes one FILE, and no option of its own: " + arguments[arguments.length - 1]);
            return MISUSED;
        }
        Path file = arguments.length == 1
                ? Path.of(arguments[0])
                : Path.of(System.getProperty("dmabuf.home", "."), "test-card.png");
        String complaint = complaint(file);
        if (complaint != null) {
            System.err.println("dmabuf: cannot use " + file + ": " + complaint);
            return FAILED;
        }
        Stage stage = new Stage(context, buffers, file, new Checks(), System.out);
        try {
            new Demo(stage, second).run();
            return DONE;
        } catch (Checks.CheckFailed e) {
            System.err.println("dmabuf: " + e.getMessage());
            return FAILED;
        }
    }

    private static String complaint(Path file) {
        return !Files.exists(file) ? "there is no such file"
                : Files.isDirectory(file) ? "it is a folder"
                : !Files.isRegularFile(file) ? "it is no regular file"
                : !Files.isReadable(file) ? "there is no permission to read it"
                : file.toFile().length() == 0 ? "it is empty"
                : null;
    }

    /** Ends the other process, should it run. */
    @Deactivate
    void stop() {
        second.stop();
    }
}
