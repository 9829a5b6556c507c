package exporter.i915;

import dmabuf.sim.SimulatedGpu;
import dmabuf.tck.exporter.SimulatedConformance;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What every exporter owes, of this bundle as it was built, on every kind of device that i915 drives. */
@ParameterizedClass
@EnumSource(value = SimulatedGpu.class, names = "I915_.*", mode = EnumSource.Mode.MATCH_ALL)
class I915ConformanceIT extends SimulatedConformance {

    I915ConformanceIT(SimulatedGpu gpu) {
        super(I915Exporter.class, "/dev/dri/card0", (machine, card) -> machine.plug(card, gpu));
    }
}
