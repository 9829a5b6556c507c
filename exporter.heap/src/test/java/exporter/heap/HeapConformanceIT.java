package exporter.heap;

import dmabuf.tck.exporter.SimulatedConformance;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What every exporter owes, of this bundle as it was built, on heaps of different policies. */
@ParameterizedClass
@ValueSource(strings = {"system", "system-uncached", "reserved", "vendor"})
class HeapConformanceIT extends SimulatedConformance {

    private static final String FOLDER = "/dev/dma_heap/";

    HeapConformanceIT(String heap) {
        super(HeapExporter.class, FOLDER + heap, (machine, node) -> {
            machine.unplug(FOLDER + "system");
            machine.plug(node);
        });
    }
}
