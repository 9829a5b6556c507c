package dmabuf.itest.container;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.osgi.framework.BundleContext;

/**
 * What Pax Exam calls inside the container: runs one test class with a launcher of its own and writes the outcomes to a file. Public, with
 * a public method, since it is called by reflection.
 */
public final class ContainerRun {

    /** No test may hang for ever, whatever it forgot: the engine interrupts it then, and lists all threads. */
    private static final String TIMEOUT = "120 s";

    /**
     * Runs a class.
     *
     * @param context of the bundle that has the tests
     * @param testClass the class's name
     * @param file where the outcomes go
     */
    public void run(BundleContext context, String testClass, String file) throws Exception {
        Class<?> type = context.getBundle().loadClass(testClass);
        Recorder recorder = new Recorder();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // JUnit looks here for the classes that annotations name.
        thread.setContextClassLoader(type.getClassLoader());
        try {
            launcher().execute(request(type), recorder);
        } finally {
            thread.setContextClassLoader(before);
        }
        write(recorder, Path.of(file));
    }

    private static Launcher launcher() {
        // Nothing is discovered through service files: in a container those of other bundles, or of the outside, would answer.
        return LauncherFactory.create(LauncherConfig.builder()
                .addTestEngines(new JupiterTestEngine())
                .enableTestEngineAutoRegistration(false)
                .enableTestExecutionListenerAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .enableLauncherDiscoveryListenerAutoRegistration(false)
                .enablePostDiscoveryFilterAutoRegistration(false)
                .build());
    }

    private static LauncherDiscoveryRequest request(Class<?> type) {
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(type))
                .configurationParameter("junit.jupiter.execution.timeout.default", TIMEOUT)
                .configurationParameter("junit.jupiter.execution.timeout.threaddump.enabled", "true")
                .build();
    }

    private static void write(Recorder recorder, Path file) throws IOException {
        try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(file))) {
            out.writeObject(new ArrayList<>(recorder.outcomes()));
        }
    }
}
