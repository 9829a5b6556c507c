package dmabuf.soak;

import dmabuf.api.DmaBufException;
import dmabuf.api.DmaBufs;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The verb {@code soak}: swaps an exporter under load, and says whether anything was lost or is left over. */
@Component(property = "dmabuf.verb=soak")
public final class SoakVerb implements ToIntFunction<String[]> {

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;
    /** How long the framework waits for the summary when it is stopped, by Ctrl-C for example. */
    private static final long LAST_WORDS_SECONDS = 8;

    private final BundleContext context;
    private final DmaBufs buffers;

    /**
     * Prepares the verb.
     *
     * @param context of this bundle
     * @param buffers the façade
     */
    @Activate
    public SoakVerb(BundleContext context, @Reference DmaBufs buffers) {
        this.context = context;
        this.buffers = buffers;
    }

    @Override
    public int applyAsInt(String[] arguments) {
        SoakOptions options;
        try {
            options = SoakOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("dmabuf: " + e.getMessage());
            return MISUSED;
        }
        Progress progress = new Progress(options.json() ? System.err : System.out, Boolean.getBoolean("dmabuf.terminal"));
        Soak soak = new Soak(context, buffers, options, progress);
        CountDownLatch done = new CountDownLatch(1);
        SynchronousBundleListener ending = event -> endInOrder(event, soak, done);
        context.addBundleListener(ending);
        try {
            Summary summary = soak.run();
            System.out.print(options.json() ? summary.json() : summary.text());
            System.out.flush();
            return summary.passed() ? DONE : FAILED;
        } catch (DmaBufException e) {
            System.err.println("dmabuf: " + e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        } finally {
            done.countDown();
            context.removeBundleListener(ending);
        }
    }

    /** Before the framework stops the first bundle, the soak comes to its end, and says how far it got. */
    private static void endInOrder(BundleEvent event, Soak soak, CountDownLatch done) {
        if (event.getType() != BundleEvent.STOPPING || event.getBundle().getBundleId() != Constants.SYSTEM_BUNDLE_ID) {
            return;
        }
        soak.interrupt();
        try {
            if (!done.await(LAST_WORDS_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("dmabuf: the soak does not come to its end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
