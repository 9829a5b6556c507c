package exporter.vfio;

import dmabuf.linux.Syscalls;
import dmabuf.sim.SimulatedKernel;
import dmabuf.sim.SimulatedVfio;
import dmabuf.tck.exporter.ExporterConformance;
import java.nio.file.Path;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What every exporter owes, of this bundle as it was built, of a screen by dma-buf and by region. */
@ParameterizedClass
@EnumSource(value = SimulatedVfio.class, names = "VGPU.*", mode = EnumSource.Mode.MATCH_ALL)
class VfioConformanceIT extends ExporterConformance {

    private static final String GROUP = "/dev/vfio/7";

    @Parameter
    private SimulatedVfio vfio;

    private final SimulatedKernel kernel = new SimulatedKernel();

    @Override
    protected Syscalls kernel() {
        return kernel;
    }

    @Override
    protected void plug() {
        kernel.machine().plug(GROUP, vfio);
    }

    @Override
    protected void unplug() {
        kernel.machine().unplug(GROUP);
    }

    @Override
    protected Path bundle() {
        return jarOf(VfioExporter.class);
    }
}
