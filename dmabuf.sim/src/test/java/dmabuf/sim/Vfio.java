package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dmabuf.fd.Fd;
import dmabuf.linux.vfio.VfioDevice;
import dmabuf.linux.vfio.VfioIoctl;
import dmabuf.linux.vfio.VfioNodes;
import dmabuf.linux.vfio.VfioRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** An open VFIO device of the simulation, as a VMM has it. */
final class Vfio implements AutoCloseable {

    static final int PRIMARY = VfioUapi.PLANE_PRIMARY;
    static final int CURSOR = VfioUapi.PLANE_CURSOR;

    /** What a plane was said to be. */
    record Plane(int result, int format, int width, int height, int stride, int size, int x, int y, int xHot, int yHot, int what) {}

    final SimulatedKernel kernel;
    final VfioDevice device;
    private final Arena arena = Arena.ofConfined();

    Vfio(SimulatedKernel kernel, String group) {
        this.kernel = kernel;
        this.device = VfioDevice.open(kernel, VfioNodes.find(kernel.devices(), group).orElseThrow());
    }

    /** Any request with a struct of ints, the first of them argsz. */
    int request(long request, int... words) {
        return device.ioctl(request, arena.allocateFrom(JAVA_INT, words));
    }

    Plane query(int flags, int type) {
        MemorySegment struct = arena.allocate(64, 8).fill((byte) 0x55);
        struct.set(JAVA_INT, 0, 64);
        struct.set(JAVA_INT, VfioUapi.PLANE_FLAGS, flags);
        struct.set(JAVA_INT, VfioUapi.PLANE_TYPE, type);
        int result = device.ioctl(VfioUapi.QUERY_GFX_PLANE, struct);
        return new Plane(result, struct.get(JAVA_INT, VfioUapi.PLANE_FORMAT), struct.get(JAVA_INT, VfioUapi.PLANE_WIDTH),
                struct.get(JAVA_INT, VfioUapi.PLANE_HEIGHT), struct.get(JAVA_INT, VfioUapi.PLANE_STRIDE),
                struct.get(JAVA_INT, VfioUapi.PLANE_LENGTH), struct.get(JAVA_INT, VfioUapi.PLANE_X), struct.get(JAVA_INT, VfioUapi.PLANE_Y),
                struct.get(JAVA_INT, VfioUapi.PLANE_X_HOT), struct.get(JAVA_INT, VfioUapi.PLANE_Y_HOT),
                struct.get(JAVA_INT, VfioUapi.PLANE_WHAT));
    }

    Plane dmabuf(int type) {
        return query(VfioUapi.TYPE_DMABUF, type);
    }

    Plane region(int type) {
        return query(VfioUapi.TYPE_REGION, type);
    }

    int get(int id) {
        return request(VfioUapi.GET_GFX_DMABUF, id);
    }

    Fd export(int id) {
        return Fd.adopt(get(id), kernel);
    }

    /** Writes a register of a bochs display. */
    void dispi(int index, int value) {
        VfioRegion mmio = device.region(VfioIoctl.PCI_BAR2_REGION_INDEX);
        device.write(mmio, 0x500 + 2L * index, arena.allocateFrom(JAVA_SHORT, (short) value));
    }

    int dispi(int index) {
        MemorySegment value = arena.allocate(JAVA_SHORT);
        device.read(device.region(VfioIoctl.PCI_BAR2_REGION_INDEX), 0x500 + 2L * index, value);
        return Short.toUnsignedInt(value.get(JAVA_SHORT, 0));
    }

    /** Sets a mode, as the driver of a guest does. */
    void mode(int width, int height) {
        dispi(DispiMode.ENABLE, 0);
        dispi(DispiMode.XRES, width);
        dispi(DispiMode.YRES, height);
        dispi(DispiMode.BPP, 32);
        dispi(DispiMode.VIRT_WIDTH, width);
        dispi(DispiMode.ENABLE, 0x41);
    }

    @Override
    public void close() {
        device.close();
        arena.close();
    }
}
