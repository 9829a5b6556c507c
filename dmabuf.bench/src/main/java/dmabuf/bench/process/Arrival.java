package dmabuf.bench.process;

import dmabuf.api.Caching;
import dmabuf.api.DmaBufs;
import dmabuf.api.ExporterProperties;
import dmabuf.api.NoSourceException;
import dmabuf.api.Requirements;
import dmabuf.api.Selection;
import dmabuf.bench.TemporaryFolder;
import dmabuf.fd.KernelKind;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.spi.Exporter;
import exporter.udmabuf.MeasuredExporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/**
 * How long it takes from the registration of an exporter in a framework until a selection chooses it: the folder of the distribution, and
 * how many exporters there are already. Prints nanoseconds.
 */
public final class Arrival {

    private static final List<String> SHARED = List.of("iosys.map", "dmabuf.api", "dmabuf.linux");

    private Arrival() {}

    /** Measures. */
    public static void main(String[] arguments) throws Exception {
        try (TemporaryFolder cache = TemporaryFolder.create()) {
            Framework framework = ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow().newFramework(Map.of(
                    Constants.FRAMEWORK_STORAGE, cache.path().toString(),
                    Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, SystemPackages.of(SHARED),
                    "felix.log.level", "1"));
            try {
                start(framework, Path.of(arguments[0]).resolve("bundle"));
                measure(framework.getBundleContext(), Integer.parseInt(arguments[1]), Iterations.of(arguments));
            } finally {
                framework.stop();
                framework.waitForStop(10_000);
            }
        }
    }

    /** Starts the core and what it needs; what the class path has of it comes from there. */
    private static void start(Framework framework, Path folder) throws Exception {
        framework.init();
        List<Bundle> bundles = new ArrayList<>();
        List<Path> jars;
        try (Stream<Path> all = Files.list(folder)) {
            jars = all.filter(Arrival::isNeeded).sorted().toList();
        }
        for (Path jar : jars) {
            bundles.add(framework.getBundleContext().installBundle("reference:" + jar.toUri()));
        }
        framework.start();
        for (Bundle bundle : bundles) {
            bundle.start();
        }
    }

    private static boolean isNeeded(Path jar) {
        String name = jar.getFileName().toString();
        return name.equals("dmabuf.core.jar")
                || name.equals("org.apache.felix.scr.jar")
                || name.equals("org.apache.felix.configadmin.jar")
                || name.startsWith("org.osgi.");
    }

    private static void measure(BundleContext context, int others, Iterations iterations) {
        ServiceReference<DmaBufs> reference = context.getServiceReference(DmaBufs.class);
        DmaBufs buffers = context.getService(reference);
        Exporter exporter = MeasuredExporter.on(new LinuxSyscalls());
        for (int i = 0; i < others; i++) {
            context.registerService(Exporter.class, exporter, properties("other" + i, Caching.CACHED));
        }
        Selection selection = buffers.select(Requirements.none().caching(Caching.WRITE_COMBINED).size(4096));
        Dictionary<String, Object> properties = properties("arriving", Caching.WRITE_COMBINED);
        iterations.print(() -> {
            long begun = System.nanoTime();
            ServiceRegistration<Exporter> registration = context.registerService(Exporter.class, exporter, properties);
            while (!isThere(selection)) {
                Thread.onSpinWait();
            }
            double nanos = System.nanoTime() - begun;
            registration.unregister();
            return nanos;
        });
    }

    private static boolean isThere(Selection selection) {
        try {
            return selection.source() != null;
        } catch (NoSourceException e) {
            return false;
        }
    }

    private static Dictionary<String, Object> properties(String name, Caching caching) {
        return ExporterProperties.builder(name, "/dev/" + name, KernelKind.LINUX).caching(caching).mmap(true).build().toDictionary();
    }
}
