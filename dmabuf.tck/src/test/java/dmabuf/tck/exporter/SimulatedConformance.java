package dmabuf.tck.exporter;

import dmabuf.linux.Syscalls;
import dmabuf.sim.SimulatedKernel;
import dmabuf.sim.SimulatedMachine;
import dmabuf.spi.Exporter;
import java.nio.file.Path;
import java.util.function.BiConsumer;

/** What every exporter owes, of a bundle as it was built, whose device is one node of the simulated machine. */
public abstract class SimulatedConformance extends ExporterConformance {

    private final SimulatedKernel kernel = new SimulatedKernel();
    private final Class<? extends Exporter> exporter;
    private final String node;
    private final BiConsumer<SimulatedMachine, String> plug;

    /**
     * Makes a test.
     *
     * @param exporter a class of the bundle
     * @param node the device's node, by which it is unplugged
     * @param plug has the device appear at that node
     */
    protected SimulatedConformance(Class<? extends Exporter> exporter, String node, BiConsumer<SimulatedMachine, String> plug) {
        this.exporter = exporter;
        this.node = node;
        this.plug = plug;
    }

    @Override
    protected final Syscalls kernel() {
        return kernel;
    }

    @Override
    protected final void plug() {
        plug.accept(kernel.machine(), node);
    }

    @Override
    protected final void unplug() {
        kernel.machine().unplug(node);
    }

    @Override
    protected final Path bundle() {
        return jarOf(exporter);
    }
}
