package exporter.hello;

import dmabuf.linux.Syscalls;
import dmabuf.sim.SimulatedKernel;
import dmabuf.tck.exporter.ExporterConformance;
import java.nio.file.Path;

/** What every exporter owes, of this bundle as it was built. */
class HelloExporterConformanceIT extends ExporterConformance {

    private final SimulatedKernel kernel = new SimulatedKernel();

    @Override
    protected Syscalls kernel() {
        return kernel;
    }

    @Override
    protected void plug() {
        kernel.machine().plug("/dev/udmabuf");
    }

    @Override
    protected void unplug() {
        kernel.machine().unplug("/dev/udmabuf");
    }

    @Override
    protected Path bundle() {
        return jarOf(HelloExporter.class);
    }
}
