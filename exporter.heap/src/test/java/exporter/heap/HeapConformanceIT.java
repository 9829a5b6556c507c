package exporter.heap;

import dmabuf.linux.Syscalls;
import dmabuf.sim.SimulatedKernel;
import dmabuf.tck.exporter.ExporterConformance;
import java.nio.file.Path;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What every exporter owes, of this bundle as it was built, on heaps of different policies. */
@ParameterizedClass
@ValueSource(strings = {"system", "system-uncached", "reserved", "vendor"})
class HeapConformanceIT extends ExporterConformance {

    private static final String FOLDER = "/dev/dma_heap/";

    @Parameter
    private String heap;

    private final SimulatedKernel kernel = new SimulatedKernel();

    @Override
    protected Syscalls kernel() {
        return kernel;
    }

    @Override
    protected void plug() {
        kernel.machine().unplug(FOLDER + "system");
        kernel.machine().plug(FOLDER + heap);
    }

    @Override
    protected void unplug() {
        kernel.machine().unplug(FOLDER + heap);
    }

    @Override
    protected Path bundle() {
        return jarOf(HeapExporter.class);
    }
}
