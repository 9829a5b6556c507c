package exporter.i915;

import dmabuf.api.Caching;
import dmabuf.linux.Syscalls;
import dmabuf.sim.SimulatedGpu;
import dmabuf.spi.ExportedBuffer;
import dmabuf.tck.exporter.SimulatedExporterCase;
import java.lang.foreign.MemorySegment;

/** A simulated machine with a GPU of i915. */
abstract class SimulatedI915 extends SimulatedExporterCase {

    static final String CARD = "/dev/dri/card0";
    static final String NODE = "/dev/dri/renderD128";

    I915Exporter exporterOf(SimulatedGpu gpu) {
        return exporterOf(gpu, kernel);
    }

    I915Exporter exporterOf(SimulatedGpu gpu, Syscalls on) {
        kernel.machine().plug(CARD, gpu);
        return I915Exporter.probe(on, NODE).orElseThrow();
    }

    static ExportedBuffer.Mode mode(ExportedBuffer buffer, String name) {
        return buffer.modes().stream().filter(mode -> mode.mode().name().equals(name)).findFirst().orElseThrow();
    }

    MemorySegment map(ExportedBuffer buffer, String name) {
        return map(buffer, mode(buffer, name));
    }

    static Caching caching(ExportedBuffer buffer) {
        return buffer.modes().getFirst().mode().policy().caching();
    }
}
