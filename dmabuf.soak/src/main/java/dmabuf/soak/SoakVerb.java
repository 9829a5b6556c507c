package dmabuf.soak;

import dmabuf.api.DmaBufException;
import dmabuf.api.DmaBufs;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The verb {@code soak}: swaps an exporter under load, and says whether anything was lost or is left over. Closing it, which anybody may
 * do, ends what runs with the summary so far.
 */
@Component(property = "dmabuf.verb=soak", service = ToIntFunction.class)
public final class SoakVerb implements ToIntFunction<String[]>, AutoCloseable {

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;
    /** How long whoever ends it waits for the summary. */
    private static final long LAST_WORDS_SECONDS = 25;

    /** A run, and when it is over. */
    private record Run(Soak soak, CountDownLatch done) {}

    private final BundleContext context;
    private final DmaBufs buffers;
    private volatile Run running;

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
        Run run = new Run(soak, new CountDownLatch(1));
        running = run;
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
            run.done().countDown();
            running = null;
        }
    }

    /** Ends what runs, in order, and waits until it has said how far it got. Nothing happens when nothing runs. */
    @Override
    public void close() {
        Run run = running;
        if (run == null) {
            return;
        }
        run.soak().interrupt();
        try {
            if (!run.done().await(LAST_WORDS_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("dmabuf: the soak does not come to its end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
