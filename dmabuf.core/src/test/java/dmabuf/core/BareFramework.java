package dmabuf.core;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.annotation.Annotation;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** A framework without a component runtime, with bundles that have a manifest and no code: the test registers services for them. */
final class BareFramework {

    final Framework framework;
    final Bundle core;
    final Bundle driver;

    BareFramework(Path cache) throws Exception {
        Map<String, String> configuration = new HashMap<>();
        configuration.put(Constants.FRAMEWORK_STORAGE, cache.toString());
        configuration.put("felix.log.level", "0");
        framework = ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow().newFramework(configuration);
        framework.start();
        core = install("core", "1.0.0");
        driver = install("driver", "2.3.4");
    }

    private Bundle install(String name, String version) throws Exception {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.putValue(Constants.BUNDLE_SYMBOLICNAME, name);
        headers.putValue(Constants.BUNDLE_VERSION, version);
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        new JarOutputStream(jar, manifest).close();
        Bundle bundle = observer().installBundle("memory:" + name, new ByteArrayInputStream(jar.toByteArray()));
        bundle.start();
        return bundle;
    }

    /** The eyes of somebody who is neither the core nor the driver. */
    BundleContext observer() {
        return framework.getBundleContext();
    }

    /** What the component runtime would do. */
    CoreComponent startCore(int drainMillis) {
        return new CoreComponent(core.getBundleContext(), config(drainMillis));
    }

    static CoreConfig config(int drainMillis) {
        return new CoreConfig() {
            @Override
            public int graceMillis() {
                return CoreDmaBufs.DEFAULT_GRACE_MILLIS;
            }

            @Override
            public int drainTimeoutMillis() {
                return drainMillis;
            }

            @Override
            public boolean traceLeaks() {
                return false;
            }

            @Override
            public String aliasing() {
                return "refuse";
            }

            @Override
            public Class<? extends Annotation> annotationType() {
                return CoreConfig.class;
            }
        };
    }

    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(20_000);
    }
}
