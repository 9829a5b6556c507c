package dmabuf.tck.exporter;

import dmabuf.linux.Syscalls;
import dmabuf.sim.SimulatedGpu;
import dmabuf.sim.SimulatedKernel;
import java.nio.file.Path;

/** The suite as an author extends it. Which bundle it is for is set by whoever runs it; by itself it is not run. */
class SuiteOfAnExporter extends ExporterConformance {

    static volatile Path jar;

    private final SimulatedKernel kernel = new SimulatedKernel();

    @Override
    protected Syscalls kernel() {
        return kernel;
    }

    @Override
    protected void plug() {
        kernel.machine().plug("/dev/udmabuf");
        kernel.machine().plug("/dev/dri/card0", SimulatedGpu.VGEM);
    }

    @Override
    protected void unplug() {
        kernel.machine().unplug("/dev/udmabuf");
    }

    @Override
    protected Path bundle() {
        return jar;
    }
}
