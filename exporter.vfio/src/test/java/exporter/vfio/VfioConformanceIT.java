package exporter.vfio;

import dmabuf.sim.SimulatedVfio;
import dmabuf.tck.exporter.SimulatedConformance;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What every exporter owes, of this bundle as it was built, of a screen by dma-buf and by region. */
@ParameterizedClass
@EnumSource(value = SimulatedVfio.class, names = "VGPU.*", mode = EnumSource.Mode.MATCH_ALL)
class VfioConformanceIT extends SimulatedConformance {

    VfioConformanceIT(SimulatedVfio vfio) {
        super(VfioExporter.class, "/dev/vfio/7", (machine, group) -> machine.plug(group, vfio));
    }
}
