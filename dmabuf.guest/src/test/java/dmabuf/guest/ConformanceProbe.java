package dmabuf.guest;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Syscalls;
import dmabuf.tck.exporter.ExporterConformance;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * What every exporter owes, asked of exporters on a real kernel: of the kit that the builds run on simulated devices, what the kernel has a
 * part in; and what a virtual processor of a real KVM sees of buffers in its slots. Runs inside the guest, and says a line a test, with how
 * long it took. Real devices are not pulled out.
 */
final class ConformanceProbe {

    /** Slots that a virtual processor looks at: a real one, of the machine's own KVM. Its package keeps it to itself. */
    private static final String VMM = "importer.vmm.GuestSlotTest";

    private ConformanceProbe() {}

    /** An exporter on this kernel's device. */
    abstract static class OnThisKernel extends ExporterConformance {

        @Override
        protected Syscalls kernel() {
            return new LinuxSyscalls();
        }

        @Override
        protected void plug() {
            // It is there.
        }

        @Override
        protected void unplug() {
            Assumptions.abort("a real device is not pulled out");
        }

        @Override
        protected Path bundle() {
            String name = getClass().getSimpleName();
            try {
                String type = "exporter." + name.toLowerCase(Locale.ROOT) + "." + name + "Exporter";
                return jarOf(Class.forName(type, false, getClass().getClassLoader()));
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException("no bundle of the exporter " + name, e);
            }
        }
    }

    /** Memfds, by {@code /dev/udmabuf}. */
    static final class Udmabuf extends OnThisKernel {}

    /** The system heap. */
    static final class Heap extends OnThisKernel {}

    /** Dumb buffers of the first card, which is vgem's. */
    static final class Kms extends OnThisKernel {}

    /** Says how each test ended. */
    private static final class Lines implements TestExecutionListener {

        private int failed;
        private long begun;

        @Override
        public void executionStarted(TestIdentifier node) {
            begun = System.nanoTime();
        }

        @Override
        public void executionFinished(TestIdentifier node, TestExecutionResult result) {
            if (node.isTest() || result.getStatus() == TestExecutionResult.Status.FAILED) {
                String suite = node.getParentIdObject().map(Object::toString).orElse("").replaceAll(".*[$](\\w+)\\]?$", "$1");
                String why = result.getThrowable().map(thrown -> ": " + thrown).orElse("");
                System.out.println(result.getStatus().name().toLowerCase(Locale.ROOT) + " " + suite + " " + node.getDisplayName() + ", "
                        + (System.nanoTime() - begun) / 1_000_000 + " ms" + why);
                failed += result.getStatus() == TestExecutionResult.Status.FAILED ? 1 : 0;
            }
        }
    }

    /** Of the kit what the kernel has a part in, since each check takes half a second here; of other tests everything. */
    private static FilterResult chosen(TestDescriptor test) {
        boolean ofKit = test.getSource().orElse(null) instanceof MethodSource method
                && ExporterConformance.class.isAssignableFrom(method.getJavaClass());
        return FilterResult.includedIf(!ofKit || test.getTags().contains(TestTag.create(ExporterConformance.ASKS_KERNEL)));
    }

    /**
     * Runs, and ends with how many failed.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(Stream.of(Udmabuf.class, Heap.class, Kms.class).map(type -> selectClass(type)).toList())
                .selectors(selectClass(VMM))
                .filters((PostDiscoveryFilter) ConformanceProbe::chosen)
                .build();
        Lines lines = new Lines();
        long begun = System.nanoTime();
        LauncherFactory.create().execute(request, lines);
        System.out.println("done in " + (System.nanoTime() - begun) / 1_000_000_000 + " s");
        System.exit(Math.min(lines.failed, 100));
    }
}
