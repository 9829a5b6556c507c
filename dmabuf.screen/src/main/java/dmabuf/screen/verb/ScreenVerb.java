package dmabuf.screen.verb;

import dmabuf.api.DmaBufException;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Subscription;
import dmabuf.display.CursorMode;
import dmabuf.display.Display;
import dmabuf.display.DisplayState;
import dmabuf.display.Displays;
import dmabuf.display.PlaneInfo;
import dmabuf.fd.KernelKind;
import dmabuf.linux.Syscalls;
import dmabuf.linux.vfio.VfioDevice;
import dmabuf.linux.vfio.VfioNode;
import dmabuf.linux.vfio.VfioNodes;
import dmabuf.screen.SampleGuest;
import dmabuf.screen.ScreenShot;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Hashtable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The verb {@code screen}: what is on the screens of virtual GPUs, as text, as a PNG, or live. Ends early when the container stops. */
@Component(property = "dmabuf.verb=screen")
public final class ScreenVerb implements ToIntFunction<String[]> {

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private final BundleContext context;
    private final Displays displays;
    private final List<Syscalls> kernels;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile LiveView view;

    /**
     * Prepares the verb.
     *
     * @param context lends devices
     * @param displays knows the screens
     * @param kernels know the devices
     */
    @Activate
    public ScreenVerb(BundleContext context, @Reference Displays displays, @Reference List<Syscalls> kernels) {
        this.context = context;
        this.displays = displays;
        this.kernels = kernels;
        System.setProperty("java.awt.headless", "true");
    }

    @Override
    public int applyAsInt(String[] arguments) {
        ScreenOptions options;
        try {
            options = ScreenOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            return complain(e.getMessage(), MISUSED);
        }
        try {
            return options.draw() ? draw(options) : show(options);
        } catch (DmaBufException | IllegalArgumentException e) {
            return complain(e.getMessage(), FAILED);
        } catch (IOException e) {
            return complain("cannot write " + options.png() + ": " + e, FAILED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private static int complain(String what, int status) {
        System.err.println("dmabuf: " + what);
        return status;
    }

    /** As a VMM would: opens the device, lends it, and keeps it open while its screen is shown. */
    private int draw(ScreenOptions options) throws IOException, InterruptedException {
        for (Syscalls kernel : kernels) {
            Optional<VfioNode> found = VfioNodes.find(kernel.devices(), options.device());
            if (found.isPresent()) {
                try (VfioDevice device = VfioDevice.open(kernel, found.get())) {
                    SampleGuest guest = SampleGuest.of(device, found.get()).orElseThrow(() -> new IllegalArgumentException(
                            found.get() + " is none of the kernel's sample displays, mbochs and mdpy: nothing is drawn on it here"));
                    guest.draw();
                    Hashtable<String, Object> properties = new Hashtable<>();
                    properties.put(ExporterProperties.DEVICE, options.device());
                    ServiceRegistration<VfioDevice> lent = context.registerService(VfioDevice.class, device, properties);
                    try {
                        return show(options);
                    } finally {
                        lent.unregister();
                    }
                }
            }
        }
        return complain("no VFIO device is called " + options.device(), FAILED);
    }

    private int show(ScreenOptions options) throws IOException, InterruptedException {
        List<Display> found = displays.all().stream().filter(each -> isMeant(each, options.device())).toList();
        if (found.isEmpty()) {
            complain(options.device() == null ? "no screen is here" : "no screen of " + options.device() + " is here", FAILED);
            displays.explanations().forEach(why -> System.err.println("  " + why));
            return FAILED;
        }
        if (options.png() == null && !options.watch()) {
            found.forEach(ScreenVerb::describe);
            return DONE;
        }
        Display chosen = found.stream()
                .filter(each -> each.state().condition() == DisplayState.Condition.ON)
                .findFirst()
                .orElse(found.getFirst());
        int status = options.png() == null ? DONE : save(chosen, options);
        return options.watch() && status == DONE ? watch(chosen, options) : status;
    }

    private static boolean isMeant(Display display, String device) {
        return device == null || display.device().equals(device) || (display.name() + " ").toLowerCase(Locale.ROOT)
                .startsWith(device.toLowerCase(Locale.ROOT) + " ");
    }

    private static void describe(Display display) {
        System.out.println(display.device() + "  " + display.name()
                + (display.kernel() == KernelKind.SIMULATED ? "  simulated" : ""));
        DisplayState state = display.state();
        state.primary().ifPresent(ScreenVerb::describe);
        state.cursor().ifPresent(ScreenVerb::describe);
        switch (state.condition()) {
            case ON -> { }
            case OFF -> System.out.println("  off: the guest has set no mode, or has switched the picture off");
            case GONE -> System.out.println("  gone");
            case UNREADABLE -> System.out.println("  unreadable");
        }
        if (!state.problem().isEmpty()) {
            System.out.println("  " + state.problem());
        }
    }

    private static void describe(PlaneInfo plane) {
        String format = plane.frame().format().isKnown()
                ? plane.frame().format() + " (" + plane.frame().format().text() + ")"
                : plane.frame().format() + " (a format that is not known here)";
        System.out.printf("  %-8s %dx%d at %d,%d  %s, %s, stride %d, %d bytes  by %s, id %d%s%n",
                plane.plane().word(), plane.frame().width(), plane.frame().height(), plane.x(), plane.y(),
                format, plane.frame().modifier(), plane.frame().planes().getFirst().stride(), plane.size(),
                plane.transport().word(), plane.id(),
                plane.hotspot().map(spot -> ", hotspot " + spot.x() + "," + spot.y()).orElse(""));
    }

    private static int save(Display display, ScreenOptions options) throws IOException {
        Optional<BufferedImage> image = ScreenShot.of(display, CursorMode.COMPOSED);
        if (image.isEmpty()) {
            return complain("the screen of " + display.name() + " is off: there is nothing to be seen", FAILED);
        }
        Files.write(options.png(), ScreenShot.png(image.get()));
        System.out.println(options.png() + ": " + image.get().getWidth() + "x" + image.get().getHeight() + ", the screen of "
                + display.name() + (display.kernel() == KernelKind.SIMULATED ? ", simulated" : ""));
        return DONE;
    }

    private int watch(Display display, ScreenOptions options) throws InterruptedException {
        if (!Boolean.getBoolean("dmabuf.terminal")) {
            try (Subscription told = display.listen(LiveView.INTERVAL, ScreenVerb::tell)) {
                await(told, options);
            }
            return DONE;
        }
        LiveView live = new LiveView(display, System.out, Terminal.isTrueColour(System.getenv()));
        view = live;
        live.begin();
        try (Subscription shown = display.listen(LiveView.INTERVAL, live)) {
            await(shown, options);
        } finally {
            live.end();
        }
        return DONE;
    }

    /** Where there is no terminal: a line for each change. */
    private static void tell(DisplayState now) {
        System.out.println(now);
        System.out.flush();
    }

    private void await(Subscription subscription, ScreenOptions options) throws InterruptedException {
        if (options.limit() == null) {
            stopped.await();
        } else {
            stopped.await(options.limit().toMillis(), TimeUnit.MILLISECONDS);
        }
        subscription.close();
    }

    /** Wakes the verb, should it wait, and gives the terminal back. */
    @Deactivate
    void stop() {
        stopped.countDown();
        LiveView live = view;
        if (live != null) {
            live.end();
        }
    }
}
