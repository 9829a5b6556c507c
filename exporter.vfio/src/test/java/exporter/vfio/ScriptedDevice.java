package exporter.vfio;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.frame.DrmFormat;
import dmabuf.linux.Devices;
import dmabuf.linux.Memfd;
import dmabuf.linux.Syscalls;
import dmabuf.linux.TestUdmabuf;
import dmabuf.linux.vfio.VfioDevice;
import dmabuf.linux.vfio.VfioIoctl;
import dmabuf.sim.SimulatedKernel;
import exporter.vfio.uapi.GfxDmabuf;
import exporter.vfio.uapi.GfxPlaneInfo;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * A device that answers whatever a test wants it to, also what no device should. Its memory is a memfd, its dma-bufs are the simulated
 * kernel's.
 */
final class ScriptedDevice implements AutoCloseable {

    /** What a plane answers: the fields of the struct behind {@code drm_plane_type}. */
    record Plane(int format, long modifier, int width, int height, int stride, int size, int x, int y, int hotX, int hotY, int last) {

        static final Plane OFF = new Plane(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        static Plane of(String fourcc, int width, int height, int last) {
            return new Plane(
                    DrmFormat.of(fourcc).fourcc(), 0, width, height, 4 * width, 4 * width * height, 0, 0, -1, -1, last);
        }

        Plane stride(int other) {
            return new Plane(format, modifier, width, height, other, size, x, y, hotX, hotY, last);
        }

        Plane size(int other) {
            return new Plane(format, modifier, width, height, stride, other, x, y, hotX, hotY, last);
        }

        Plane modifier(long other) {
            return new Plane(format, other, width, height, stride, size, x, y, hotX, hotY, last);
        }

        Plane at(int left, int top, int hotColumn, int hotRow) {
            return new Plane(format, modifier, width, height, stride, size, left, top, hotColumn, hotRow, last);
        }
    }

    final SimulatedKernel simulated = new SimulatedKernel();
    final Syscalls kernel = (Syscalls) Proxy.newProxyInstance(
            Syscalls.class.getClassLoader(), new Class<?>[] {Syscalls.class}, (proxy, method, arguments) -> call(method, arguments));
    final VfioDevice device;

    /** Which way the device knows: {@link GfxPlaneInfo#DMABUF}, {@link GfxPlaneInfo#REGION}, both, or none. */
    int knows = GfxPlaneInfo.DMABUF;
    Plane primary = Plane.OFF;
    Plane cursor = Plane.OFF;
    int argsz = GfxPlaneInfo.SIZE;
    /** Instead of the next answers to queries, negated errno values. */
    final List<Integer> queryFails = new ArrayList<>();
    /** What GET answers to an id; {@link #newDmaBuf} unless a test wants something else. */
    IntUnaryOperator get = id -> newDmaBuf(1 << 20);
    /** How often each id was fetched. */
    final Map<Integer, Integer> gets = new HashMap<>();
    /** What fdinfo says of a descriptor. */
    final Map<Integer, String> fdinfo = new HashMap<>();
    int regionFlags = VfioIoctl.REGION_INFO_FLAG_MMAP | VfioIoctl.REGION_INFO_FLAG_READ;
    long regionSize = 1 << 20;
    long regionOffset;

    ScriptedDevice() {
        device = VfioDevice.adopt(kernel, Fd.adopt(Memfd.sealed(simulated, "device", 1 << 20).release(), kernel), "scripted");
    }

    GfxDevice probed() {
        return GfxDevice.probe(device).orElseThrow();
    }

    VfioExporter exporter() {
        return new VfioExporter(probed(), "/dev/vfio/7", "", () -> { });
    }

    int newDmaBuf(long size) {
        return TestUdmabuf.create(simulated, size).release();
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("ioctl") && (int) arguments[0] == device.fd().number()) {
            return ioctl((long) arguments[1], (MemorySegment) arguments[2]);
        }
        if (method.getName().equals("devices")) {
            return Proxy.newProxyInstance(
                    Devices.class.getClassLoader(), new Class<?>[] {Devices.class}, (proxy, asked, which) -> asked.getName().equals("attribute")
                            && which[0].toString().startsWith("/proc/self/fdinfo/")
                            ? Optional.ofNullable(fdinfo.get(Integer.parseInt(which[0].toString().substring("/proc/self/fdinfo/".length()))))
                            : asked.invoke(simulated.devices(), which));
        }
        try {
            return method.invoke(simulated, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private int ioctl(long request, MemorySegment argument) {
        if (request == GfxPlaneInfo.QUERY) {
            return query(argument);
        }
        if (request == GfxDmabuf.GET) {
            int id = argument.get(JAVA_INT, 0);
            gets.merge(id, 1, Integer::sum);
            return get.applyAsInt(id);
        }
        if (request == VfioIoctl.DEVICE_GET_REGION_INFO) {
            argument.set(JAVA_INT, 4, regionFlags);
            argument.set(JAVA_LONG, 16, regionSize);
            argument.set(JAVA_LONG, 24, regionOffset);
            return 0;
        }
        return -Errno.ENOTTY.number();
    }

    private int query(MemorySegment struct) {
        int flags = struct.get(JAVA_INT, 4);
        if ((flags & GfxPlaneInfo.PROBE) != 0) {
            return (knows & flags) != 0 ? 0 : -Errno.EINVAL.number();
        }
        if (!queryFails.isEmpty()) {
            return queryFails.removeFirst();
        }
        Plane plane = struct.get(JAVA_INT, 8) == GfxPlaneInfo.PLANE_PRIMARY ? primary : cursor;
        struct.set(JAVA_INT, 0, argsz);
        struct.set(JAVA_INT, 12, plane.format);
        struct.set(JAVA_LONG, 16, plane.modifier);
        int at = 24;
        for (int field : new int[] {
            plane.width, plane.height, plane.stride, plane.size, plane.x, plane.y, plane.hotX, plane.hotY, plane.last
        }) {
            struct.set(JAVA_INT, at, field);
            at += Integer.BYTES;
        }
        return 0;
    }

    @Override
    public void close() {
        device.close();
        simulated.close();
    }
}
