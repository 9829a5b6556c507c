package dmabuf.display.impl;

import dmabuf.api.BufferSource;
import dmabuf.display.Display;
import dmabuf.display.Displays;
import dmabuf.display.spi.DisplayExplanation;
import dmabuf.display.spi.DisplaySource;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Makes a {@link Display} of each screen that an exporter knows, once the core has a source for its frames. A screen whose exporter goes is
 * remembered for as long as somebody holds it, so that it is the same one when the exporter comes back.
 */
@Component(service = Displays.class, immediate = true)
public final class DisplayComponent implements Displays {

    /**
     * A screen that somebody may still hold.
     *
     * @param present keeps it while it is there; null otherwise
     */
    private record Known(WeakReference<Screen> screen, Screen present) {}

    private final BundleContext context;
    private final Map<ScreenKey, Known> screens = new HashMap<>();
    private volatile List<DisplayExplanation> explanations = List.of();
    private boolean closed;

    /**
     * Prepares to follow the exporters.
     *
     * @param context registers the services
     */
    @Activate
    public DisplayComponent(BundleContext context) {
        this.context = context;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addSource(DisplaySource source, Map<String, Object> properties) {
        change(ScreenKey.of(properties), screen -> {
            screen.source(source);
            screen.name(properties.get(DisplaySource.NAME) instanceof String called ? called : null);
        });
    }

    void removeSource(DisplaySource source, Map<String, Object> properties) {
        change(ScreenKey.of(properties), screen -> {
            if (screen.source() == source) {
                screen.source(null);
            }
        });
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, target = "(dmabuf.allocates=false)")
    void addBuffers(BufferSource buffers) {
        change(ScreenKey.of(buffers.properties()), screen -> screen.buffers(buffers));
    }

    void removeBuffers(BufferSource buffers) {
        change(ScreenKey.of(buffers.properties()), screen -> {
            if (screen.buffers() == buffers) {
                screen.buffers(null);
            }
        });
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addExplanation(DisplayExplanation explanation) {
        synchronized (screens) {
            explanations = Stream.concat(explanations.stream(), Stream.of(explanation)).toList();
        }
    }

    void removeExplanation(DisplayExplanation explanation) {
        synchronized (screens) {
            explanations = explanations.stream().filter(each -> each != explanation).toList();
        }
    }

    private void change(ScreenKey key, Consumer<Screen> change) {
        Screen screen;
        synchronized (screens) {
            if (closed) {
                return;
            }
            Known known = screens.get(key);
            screen = known == null ? null : known.screen.get();
            if (screen == null) {
                screen = new Screen(key, this::register);
            }
            change.accept(screen);
            boolean used = screen.source() != null || screen.buffers() != null;
            screens.put(key, new Known(new WeakReference<>(screen), used ? screen : null));
            screens.values().removeIf(each -> each.screen.get() == null);
        }
        screen.publish();
    }

    private Runnable register(Screen screen) {
        return context.registerService(Display.class, screen, screen.key().properties())::unregister;
    }

    @Override
    public List<Display> all() {
        synchronized (screens) {
            return screens.values().stream()
                    .map(Known::present)
                    .filter(screen -> screen != null && screen.isPresent())
                    .sorted((one, other) -> one.key().compareTo(other.key()))
                    .map(Display.class::cast)
                    .toList();
        }
    }

    @Override
    public List<String> explanations() {
        return explanations.stream().flatMap(each -> each.explain().stream()).toList();
    }

    /** Ends all subscriptions. */
    @Deactivate
    void deactivate() {
        List<Known> all;
        synchronized (screens) {
            closed = true;
            all = List.copyOf(screens.values());
            screens.clear();
        }
        for (Known known : all) {
            Screen screen = known.screen.get();
            if (screen != null) {
                screen.close();
                screen.publish();
            }
        }
    }
}
