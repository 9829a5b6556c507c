package exporter.virtio;

import dmabuf.sim.SimulatedGpu;
import dmabuf.tck.exporter.SimulatedConformance;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What every exporter owes, of this bundle as it was built, on every kind of device that a host can offer. */
@ParameterizedClass
@EnumSource(value = SimulatedGpu.class, names = "VIRTIO_GPU.*", mode = EnumSource.Mode.MATCH_ALL)
class VirtioConformanceIT extends SimulatedConformance {

    VirtioConformanceIT(SimulatedGpu gpu) {
        super(VirtioExporter.class, "/dev/dri/card0", (machine, card) -> machine.plug(card, gpu));
    }
}
