package dmabuf.tck.exporter;

import dmabuf.api.ExportRequest;
import dmabuf.linux.Syscalls;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What every exporter owes to its importers, as tests. A driver's author extends this class and says four things: which kernel, how the
 * device comes and goes, and which jar is the bundle.
 *
 * <pre>{@code
 * class MyExporterConformanceIT extends ExporterConformance {
 *
 *     private final SimulatedKernel kernel = new SimulatedKernel();
 *
 *     protected Syscalls kernel() { return kernel; }
 *     protected void plug() { kernel.machine().plug("/dev/dma_heap/mine"); }
 *     protected void unplug() { kernel.machine().unplug("/dev/dma_heap/mine"); }
 *     protected Path bundle() { return jarOf(MyExporter.class); }
 * }
 * }</pre>
 *
 * <p>The bundle is tried as it was built, so this is a test of the phase {@code integration-test} ({@code FooIT}, run by failsafe). For
 * every test there is an instance of this class, a kernel, and a start of the bundle. Tests that need what an exporter does not offer are
 * skipped, and say so. Where a test fails, its message says what to do.
 *
 * <p>Tests look at what this process holds open, so that they must not run beside others in the same JVM.
 */
@ExtendWith(WorkbenchExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
public abstract class ExporterConformance
        implements PropertyChecks, PolicyChecks, MappingChecks, SizeChecks, RequestChecks, ErrnoChecks, LeakChecks, LifeCycleChecks,
                SwapChecks, ManifestChecks {

    /**
     * The tag of checks whose answer is the kernel's as much as the exporter's. The others say the same on any kernel; where a run is
     * expensive, on an emulated machine say, these are the ones to choose.
     */
    public static final String ASKS_KERNEL = "asks-kernel";

    /** Makes a test. */
    protected ExporterConformance() {}

    /**
     * Gives the kernel that is to answer, without the device or with it. Asked once for each test; if it is {@link AutoCloseable}, it is
     * closed after the test.
     *
     * @return a kernel that no other test uses
     */
    protected abstract Syscalls kernel();

    /** Makes the device appear, if it is not there. */
    protected abstract void plug();

    /** Makes the device disappear, as if somebody pulled it out. */
    protected abstract void unplug();

    /**
     * Names the bundle.
     *
     * @return its jar, as the build made it; {@link #jarOf} finds it
     */
    protected abstract Path bundle();

    /**
     * Makes the request for an ordinary buffer. To be overridden where the driver can do with no less than an option, say.
     *
     * @param size in bytes
     * @return a request that the exporter serves
     */
    protected ExportRequest request(long size) {
        return ExportRequest.ofSize(size);
    }

    /**
     * Finds the jar that a class is in.
     *
     * @param type a class of the bundle
     * @return its jar
     * @throws IllegalStateException when the class is in no jar: the bundle is not built yet
     */
    protected static Path jarOf(Class<?> type) {
        URI location;
        try {
            location = type.getProtectionDomain().getCodeSource().getLocation().toURI();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("not a place of files: " + type, e);
        }
        Path jar = Path.of(location);
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(type.getName() + " is in " + jar + ", which is no jar: run this test when the bundle is"
                    + " built, in the phase integration-test (name it FooIT, and let maven-failsafe-plugin run it)");
        }
        return jar;
    }
}
