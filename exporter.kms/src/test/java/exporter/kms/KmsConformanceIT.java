package exporter.kms;

import dmabuf.sim.SimulatedGpu;
import dmabuf.tck.exporter.SimulatedConformance;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What every exporter owes, of this bundle as it was built, on the displays of different drivers. */
@ParameterizedClass
@EnumSource(value = SimulatedGpu.class, names = {"VGEM", "VIRTIO_GPU", "BOCHS"})
class KmsConformanceIT extends SimulatedConformance {

    KmsConformanceIT(SimulatedGpu gpu) {
        super(KmsExporter.class, "/dev/dri/card0", (machine, card) -> machine.plug(card, gpu));
    }
}
