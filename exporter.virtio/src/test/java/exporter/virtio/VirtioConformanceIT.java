package exporter.virtio;

import dmabuf.linux.Syscalls;
import dmabuf.sim.SimulatedGpu;
import dmabuf.sim.SimulatedKernel;
import dmabuf.tck.exporter.ExporterConformance;
import java.nio.file.Path;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What every exporter owes, of this bundle as it was built, on every kind of device that a host can offer. */
@ParameterizedClass
@EnumSource(value = SimulatedGpu.class, names = "VIRTIO_GPU.*", mode = EnumSource.Mode.MATCH_ALL)
class VirtioConformanceIT extends ExporterConformance {

    private static final String CARD = "/dev/dri/card0";

    @Parameter
    private SimulatedGpu gpu;

    private final SimulatedKernel kernel = new SimulatedKernel();

    @Override
    protected Syscalls kernel() {
        return kernel;
    }

    @Override
    protected void plug() {
        kernel.machine().plug(CARD, gpu);
    }

    @Override
    protected void unplug() {
        kernel.machine().unplug(CARD);
    }

    @Override
    protected Path bundle() {
        return jarOf(VirtioExporter.class);
    }
}
