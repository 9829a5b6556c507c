package dmabuf.tck.exporter;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.ProcessResources;
import dmabuf.linux.Syscalls;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.opentest4j.TestAbortedException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/** The exporter's bundle, started on a kernel that is watched, with its device plugged in. */
final class Workbench {

    static final long PAGE = MappedMemory.PAGE_SIZE;
    static final int PATIENCE_MILLIS = 5_000;

    private static final System.Logger LOG = System.getLogger(Workbench.class.getName());

    private final ExporterConformance suite;
    private final Container container;
    private final WatchedKernel kernel;
    private final List<Made> made = new ArrayList<>();
    private ServiceRegistration<Syscalls> kernelService;
    private Bundle bundle;
    private ProcessResources before;
    private Set<String> unsound = Set.of();

    Workbench(ExporterConformance suite, Container container) {
        this.suite = suite;
        this.container = container;
        this.kernel = new WatchedKernel(suite.kernel());
    }

    void start() {
        suite.plug();
        before = ProcessResources.now();
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(ExporterProperties.KERNEL, kernel.kind().property());
        kernelService = container.context().registerService(Syscalls.class, kernel, properties);
        try {
            bundle = container.install(suite.bundle());
            bundle.start();
        } catch (BundleException | IOException e) {
            throw new AssertionError("the bundle does not start: " + e.getMessage() + ". Every package that it imports must be on the class"
                    + " path of the test, in a jar that exports it.", e);
        }
        Patience.await(PATIENCE_MILLIS, () -> reference() != null, () -> "the bundle has registered no " + Exporter.class.getName() + ""
                + " within " + PATIENCE_MILLIS + " ms of its device being there: register one for each device, with the properties of "
                + ExporterProperties.class.getSimpleName());
        unsound = unsound(exporter());
    }

    /** Puts everything away, whatever the test has left lying around. */
    void clear() throws Exception {
        kernel.interfere(null);
        synchronized (made) {
            made.forEach(Workbench::putAway);
        }
        if (bundle != null && bundle.getState() != Bundle.UNINSTALLED) {
            bundle.uninstall();
        }
        if (kernelService != null) {
            kernelService.unregister();
        }
        if (kernel.real() instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    private static void putAway(Made buffer) {
        try {
            buffer.close();
        } catch (IllegalStateException e) {
            // Somebody else has closed its descriptor, which a test has found out; the others are to be put away all the same.
            LOG.log(System.Logger.Level.DEBUG, "{0}", e.getMessage());
        }
    }

    Container container() {
        return container;
    }

    Bundle bundle() {
        return bundle;
    }

    WatchedKernel kernel() {
        return kernel;
    }

    void plug() {
        suite.plug();
    }

    void unplug() {
        suite.unplug();
    }

    /** The service, or null while there is none. Of several the one that the framework prefers. */
    ServiceReference<Exporter> reference() {
        ServiceReference<?>[] registered = bundle.getRegisteredServices();
        if (registered == null) {
            return null;
        }
        return Arrays.stream(registered)
                .filter(each -> Arrays.asList((String[]) each.getProperty(Constants.OBJECTCLASS)).contains(Exporter.class.getName()))
                .max(ServiceReference::compareTo)
                .map(Workbench::typed)
                .orElse(null);
    }

    @SuppressWarnings("unchecked")
    private static ServiceReference<Exporter> typed(ServiceReference<?> reference) {
        return (ServiceReference<Exporter>) reference;
    }

    Exporter exporter() {
        ServiceReference<Exporter> reference = reference();
        Exporter exporter = reference == null ? null : container.context().getService(reference);
        if (exporter == null) {
            fail("the exporter's service has gone, though its device is there and its bundle runs");
        }
        return exporter;
    }

    /** The modes that cannot be mapped as their policies say, found out with a buffer of its own. */
    private Set<String> unsound(Exporter exporter) {
        Set<String> found = new HashSet<>();
        try (Made probe = take(exporter, request(PAGE))) {
            for (ExportedBuffer.Mode mode : probe.declared()) {
                try (Arena arena = Arena.ofConfined()) {
                    probe.map(mode, mode.mode().policy().access().writes(), arena);
                } catch (DmaBufException e) {
                    found.add(mode.mode().name());
                }
            }
        } catch (DmaBufException e) {
            throw new AssertionError(e.getMessage() + ". An ordinary buffer of one page is the least that an exporter makes; where it"
                    + " takes an option, say so in ExporterConformance.request", e);
        }
        return found;
    }

    /** What the service says of itself, as it is in the registry. */
    Map<String, Object> rawProperties() {
        Map<String, Object> properties = new HashMap<>();
        ServiceReference<Exporter> reference = reference();
        for (String key : reference.getPropertyKeys()) {
            properties.put(key, reference.getProperty(key));
        }
        return properties;
    }

    /** What the service says of itself; a test that needs it is skipped when it cannot be read, since another one says so. */
    ExporterProperties properties() {
        try {
            return ExporterProperties.of(rawProperties());
        } catch (IllegalArgumentException e) {
            throw new TestAbortedException("needs service properties that can be read: " + e.getMessage());
        }
    }

    ExportRequest request(long size) {
        return suite.request(size);
    }

    /** Makes a buffer, which is closed with the test. */
    Made export(long size) {
        return export(request(size));
    }

    Made export(ExportRequest request) {
        return take(exporter(), request);
    }

    /** Makes a buffer of an exporter that is held already. */
    Made take(Exporter exporter, ExportRequest request) {
        ExportedBuffer buffer = exporter.export(request);
        if (buffer == null) {
            fail("export(" + request + ") returned null: return a buffer, or throw a DmaBufException");
        }
        Made taken = new Made(buffer, mode -> !unsound.contains(mode));
        synchronized (made) {
            made.add(taken);
        }
        taken.taken();
        return taken;
    }

    /** Closes the buffers in which the exporter has a part, and holds them no longer. */
    void giveBackWhatNeedsTheExporter() {
        synchronized (made) {
            made.removeIf(each -> {
                if (each.hasOps()) {
                    each.close();
                }
                return each.hasOps();
            });
        }
    }

    /** Whether it makes memory, and buffers are the importer's to write; what a device has is only looked at. */
    boolean makesMemory() {
        return properties().allocates();
    }

    /** Skips a test that writes into new memory, of an exporter that hands out what its device has. */
    void assumeMakesMemory() {
        Assumptions.assumeTrue(makesMemory(), "needs an exporter that makes memory, and this one hands out what its device has");
    }

    /** Makes a buffer that can be mapped; a test that needs one is skipped where there is none. */
    Made exportMappable(long size) {
        Made buffer = export(size);
        Assumptions.assumeFalse(buffer.declared().isEmpty(), "needs buffers that the CPU can map");
        return buffer;
    }

    /** Asks for what cannot be had. */
    DmaBufException refused(ExportRequest request, String advice) {
        try (Made unexpected = export(request)) {
            return fail("export(" + request + ") gave a buffer of " + unexpected.size() + " bytes: " + advice);
        } catch (DmaBufException e) {
            return e;
        } catch (RuntimeException | Error e) {
            if (e instanceof AssertionError) {
                throw e;
            }
            return fail("export(" + request + ") threw " + e + ": " + advice, e);
        }
    }

    /** Makes a buffer; null when that is refused. */
    Made exportIfPossible(long size) {
        try {
            return export(size);
        } catch (DmaBufException e) {
            return null;
        }
    }

    /** Gives a refusal of one of the requests that nobody can serve. */
    DmaBufException anyRefusal() {
        for (long size : List.of(0L, -1L, Long.MAX_VALUE)) {
            try {
                export(size).close();
            } catch (DmaBufException e) {
                return e;
            } catch (IllegalArgumentException | ArithmeticException e) {
                // That this should be a DmaBufException is another test's matter.
                LOG.log(System.Logger.Level.DEBUG, "{0}", e.getMessage());
            }
        }
        throw new TestAbortedException("needs a request that is refused");
    }

    /** What this process held open before the bundle was there. */
    ProcessResources before() {
        return before;
    }

    /** Runs something, and fails when the process holds more afterwards than before. */
    static void assertNothingLeft(String advice, Runnable action) {
        ProcessResources before = ProcessResources.now();
        action.run();
        ProcessResources more = ProcessResources.now().since(before);
        // Sockets are nothing that an exporter opens; whoever runs the test may.
        boolean nothing = more.dmaBufs() == 0 && more.memfds() == 0 && more.devices() == 0 && more.mappings() == 0;
        assertTrue(nothing, () -> "left open: " + more + ". " + advice);
    }
}
