package exporter.virtio;

import dmabuf.linux.Devices;
import dmabuf.linux.ForwardingSyscalls;
import dmabuf.linux.Syscalls;
import dmabuf.sim.SimulatedGpu;
import dmabuf.sim.SimulatedMachine;
import dmabuf.spi.ExportedBuffer;
import dmabuf.tck.exporter.SimulatedExporterCase;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.Optional;

/** A simulated machine with a virtio-gpu. */
abstract class VirtioCase extends SimulatedExporterCase {

    static final String CARD = "/dev/dri/card0";
    static final String RENDER_NODE = "/dev/dri/renderD128";

    final SimulatedMachine machine() {
        return kernel.machine();
    }

    final VirtioExporter exporterOf(SimulatedGpu gpu) {
        machine().plug(CARD, gpu);
        return VirtioExporter.probe(kernel, RENDER_NODE, HostMapInfo.UNKNOWN).orElseThrow();
    }

    final MemorySegment map(ExportedBuffer buffer, int mode) {
        return map(buffer, buffer.modes().get(mode));
    }

    /** The kernel, where nothing can be read of debugfs, as it is for all but root. */
    final Syscalls kernelWithoutList() {
        Devices devices = (Devices) Proxy.newProxyInstance(
                Devices.class.getClassLoader(), new Class<?>[] {Devices.class}, (proxy, method, arguments) ->
                        method.getName().equals("attribute") && arguments[0].equals(MemoryTypeList.FILE)
                                ? Optional.empty()
                                : method.invoke(kernel.devices(), arguments));
        return new ForwardingSyscalls(kernel) {
            @Override
            public Devices devices() {
                return devices;
            }
        };
    }
}
