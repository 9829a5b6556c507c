package exporter.udmabuf;

import dmabuf.linux.Syscalls;
import dmabuf.sim.SimulatedKernel;
import dmabuf.tck.exporter.ExporterConformance;
import java.nio.file.Path;

/** What every exporter owes, of this bundle as it was built. */
class UdmabufConformanceIT extends ExporterConformance {

    private static final String NODE = "/dev/udmabuf";

    private final SimulatedKernel kernel = new SimulatedKernel();

    @Override
    protected Syscalls kernel() {
        return kernel;
    }

    @Override
    protected void plug() {
        kernel.machine().plug(NODE);
    }

    @Override
    protected void unplug() {
        kernel.machine().unplug(NODE);
    }

    @Override
    protected Path bundle() {
        return jarOf(UdmabufExporter.class);
    }
}
