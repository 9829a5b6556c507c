package dmabuf.sim;

import dmabuf.api.DmaBufException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The hand on the device side of a simulated kernel: plugs devices in and out, sets module parameters, delivers signals, and sees every
 * buffer. For tests and demos; no exporter or importer uses it.
 *
 * <p>Thread-safe. Works until the kernel is closed; after that nothing can be plugged in.
 */
public final class SimulatedMachine {

    private static final String DRM_FOLDER = "/dev/dri/";
    private static final String CARD = DRM_FOLDER + "card";
    private static final String RENDER_NODE = DRM_FOLDER + "renderD";
    /** Render nodes are numbered from here on, by the number of their card. */
    private static final int FIRST_RENDER_NODE = 128;
    private static final int MOST_CARDS = 64;
    private static final int MOST_CAMERAS = 64;
    /** Frames in a second of a vGPU's screen, where nobody has a hand on the guest. */
    private static final int SCREEN_CLOCK = 30;

    private final SimulatedDevices devices;
    private final Descriptors descriptors;
    private final BufferFactory buffers;
    private final GpuDrivers drivers;
    private final CameraClock cameraClock = new CameraClock();
    private volatile boolean off;

    SimulatedMachine(SimulatedDevices devices, Descriptors descriptors, BufferFactory buffers) {
        this.devices = devices;
        this.descriptors = descriptors;
        this.buffers = buffers;
        this.drivers = new GpuDrivers(devices);
    }

    /**
     * Plugs a device in and announces its node. Its driver starts anew, with its module's parameters at their defaults.
     *
     * @param node where: {@code /dev/udmabuf}, or a heap in {@code /dev/dma_heap}, which allocates in one piece when its name says
     *     {@code cma} or {@code reserved}
     * @return false when it is plugged in already
     * @throws IllegalArgumentException when no driver of the simulation serves this node
     * @throws IllegalStateException when the kernel is closed
     */
    public boolean plug(String node) {
        checkOn();
        if (node.equals(UdmabufDevice.NODE)) {
            return devices.plug(node, new UdmabufDevice(buffers));
        }
        if (isPlain(node)) {
            return devices.plug(node, new HeapDevice(buffers, node));
        }
        throw new IllegalArgumentException("no simulated device for " + node + ": there are " + UdmabufDevice.NODE + " and "
                + HeapDevice.FOLDER + "NAME; a card takes a " + SimulatedGpu.class.getSimpleName() + ", " + CameraNode.PREFIX + "N a "
                + SimulatedCamera.class.getSimpleName() + ", and " + VfioGroupNode.FOLDER + "N a " + SimulatedVfio.class.getSimpleName());
    }

    /**
     * Plugs a DRM device in and announces its card and, where its driver has one, its render node: {@code /dev/dri/renderD128} with card 0,
     * and so on.
     *
     * @param card where: {@code /dev/dri/card0} and the like, up to 63
     * @param gpu which
     * @return false when there is a device already
     * @throws IllegalArgumentException when the node is not that of a card
     * @throws IllegalStateException when the kernel is closed
     */
    public boolean plug(String card, SimulatedGpu gpu) {
        checkOn();
        int number = cardNumber(card);
        if (number < 0) {
            throw new IllegalArgumentException("a card is " + CARD + "0 to " + CARD + (MOST_CARDS - 1) + ", and not " + card);
        }
        DrmDriver driver = drivers.of(gpu, number);
        Gpu device = new Gpu(gpu, driver, buffers);
        if (devices.device(card) != null) {
            return false;
        }
        // The render node comes first and goes last, as in drm_dev_register: nobody takes the card for all there is of the device.
        if (driver.hasRenderNode() && !devices.plug(renderNode(number), new DrmNode(device, renderNode(number), true))) {
            return false;
        }
        return devices.plug(card, new DrmNode(device, card, false));
    }

    /**
     * Plugs a camera in and announces its node. Its format is YUYV, 640 x 360, 30 frames a second, and its clock runs.
     *
     * @param node where: {@code /dev/video0} and the like, up to 63
     * @param camera which
     * @return false when there is a device already
     * @throws IllegalArgumentException when the node is not that of a camera
     * @throws IllegalStateException when the kernel is closed
     */
    public boolean plug(String node, SimulatedCamera camera) {
        checkOn();
        if (!isCamera(node)) {
            throw new IllegalArgumentException("a camera is " + CameraNode.PREFIX + "0 to " + CameraNode.PREFIX + (MOST_CAMERAS - 1)
                    + ", and not " + node);
        }
        return devices.plug(node, new CameraNode(node, new Camera(camera, buffers, descriptors, devices.mappings(), cameraClock)));
    }

    /**
     * Gives the hand on a camera: its clock, and what goes wrong with it.
     *
     * @param node where it is plugged in
     * @return the hand, which does nothing any more once the camera is unplugged
     * @throws IllegalArgumentException when no camera is plugged in there
     */
    public CameraControl camera(String node) {
        if (devices.device(node) instanceof CameraNode there) {
            return new CameraControl(there.camera());
        }
        throw new IllegalArgumentException("no simulated camera at " + node + ": there are " + devices.nodes());
    }

    /**
     * Plugs a VFIO device in, in a group of its own, and announces the group's node and, with the first of them, the node of containers.
     * The device's name is the UUID {@code d15b1a70-0000-4000-8000-} with the number of the group behind it, in hexadecimal, in twelve
     * digits.
     *
     * @param group where: {@code /dev/vfio/7} and the like, from 0 to 999
     * @param vfio which
     * @return false when there is a device already
     * @throws IllegalArgumentException when the node is not that of a group
     * @throws IllegalStateException when the kernel is closed
     */
    public synchronized boolean plug(String group, SimulatedVfio vfio) {
        checkOn();
        if (!isGroup(group)) {
            throw new IllegalArgumentException(
                    "a group is " + VfioGroupNode.FOLDER + "0 to " + VfioGroupNode.FOLDER + "999, and not " + group);
        }
        if (devices.device(group) != null) {
            return false;
        }
        VfioDriver driver = switch (vfio) {
            case MBOCHS -> new MbochsDriver(buffers);
            case MDPY -> new MdpyDriver(buffers);
            case VGPU -> new VgpuDriver(buffers, false);
            case VGPU_REGION -> new VgpuDriver(buffers, true);
        };
        int number = Integer.parseInt(group.substring(VfioGroupNode.FOLDER.length()));
        devices.plug(VfioGroupNode.CONTAINER, new VfioContainerNode());
        return devices.plug(group, new VfioGroupNode(vfio, number, driver, buffers));
    }

    /**
     * Gives the hand on the guest of a vGPU.
     *
     * @param group where it is plugged in
     * @return the hand on this device; another one that comes into its place has another
     * @throws IllegalArgumentException when none is there, or a device whose guest whoever opens it has to play
     */
    public SimulatedScreen screen(String group) {
        if (devices.device(group) instanceof VfioGroupNode node && node.driver() instanceof VgpuDriver vgpu) {
            return new SimulatedScreen(vgpu);
        }
        throw new IllegalArgumentException("no simulated GPU with a guest is plugged in at " + group);
    }

    /** Has the guests of all vGPUs draw by the clock, save those whose clock somebody has set. */
    void startClocks() {
        for (String node : devices.nodes()) {
            if (devices.device(node) instanceof VfioGroupNode group && group.driver() instanceof VgpuDriver vgpu) {
                vgpu.startClock(SCREEN_CLOCK);
            }
        }
    }

    private void plugHardware(String node, SimulatedHardware hardware) {
        switch (hardware) {
            case SimulatedGpu gpu -> plug(node, gpu);
            case SimulatedCamera camera -> plug(node, camera);
            case SimulatedVfio vfio -> plug(node, vfio);
        }
    }

    /** Whether hardware can be plugged in at a node. */
    static boolean canBe(String node, SimulatedHardware hardware) {
        return switch (hardware) {
            case SimulatedGpu gpu -> isCard(node);
            case SimulatedCamera camera -> isCamera(node);
            case SimulatedVfio vfio -> isGroup(node);
        };
    }

    private void checkOn() {
        if (off) {
            throw new IllegalStateException("the simulated kernel is closed");
        }
    }

    /** The number of a card; -1 when the node is none. */
    private static int cardNumber(String node) {
        if (!node.matches(CARD + "(0|[1-9][0-9]?)")) {
            return -1;
        }
        int number = Integer.parseInt(node.substring(CARD.length()));
        return number < MOST_CARDS ? number : -1;
    }

    private static String renderNode(int card) {
        return RENDER_NODE + (FIRST_RENDER_NODE + card);
    }

    /**
     * Unplugs a device and announces that its nodes are gone. Descriptors of them that are open answer ENODEV from now on; buffers that
     * came from it stay as they are, and so do regions of a VFIO device that are mapped. A camera stops in the middle of its stream.
     *
     * @param node where; of a DRM device its card, of a VFIO device its group
     * @return false when no device is plugged in there
     */
    public synchronized boolean unplug(String node) {
        if (devices.device(node) instanceof VfioGroupNode group) {
            group.driver().unplug();
            boolean last = devices.nodes().stream().filter(SimulatedMachine::isGroup).count() == 1;
            return devices.unplug(node) && (!last || devices.unplug(VfioGroupNode.CONTAINER));
        }
        int card = cardNumber(node);
        if (card >= 0) {
            if (devices.device(node) instanceof DrmNode drm) {
                drm.gpu().unplug();
            }
        }
        if (devices.device(node) instanceof CameraNode there) {
            there.camera().unplug();
        }
        boolean gone = devices.unplug(node);
        if (card >= 0) {
            devices.unplug(renderNode(card));
        }
        return gone;
    }

    /**
     * Makes the machine one that has the devices of a description and no others. Devices that it has already, of the same kind, are not
     * touched: their nodes stay, and so does what is open of them.
     *
     * @param description the machine that it is to be
     * @throws IllegalStateException when the kernel is closed
     */
    public synchronized void become(MachineDescription description) {
        checkOn();
        Map<String, Optional<SimulatedHardware>> now = describe().devices();
        for (Map.Entry<String, Optional<SimulatedHardware>> former : now.entrySet()) {
            if (!former.getValue().equals(description.devices().get(former.getKey()))) {
                unplug(former.getKey());
            }
        }
        for (Map.Entry<String, Optional<SimulatedHardware>> device : description.devices().entrySet()) {
            if (device.getValue().equals(now.get(device.getKey()))) {
                continue;
            }
            if (device.getValue().isPresent()) {
                plugHardware(device.getKey(), device.getValue().get());
            } else {
                plug(device.getKey());
            }
        }
    }

    /**
     * Describes the machine as it is.
     *
     * @return its devices, however they were plugged in
     */
    public MachineDescription describe() {
        Map<String, Optional<SimulatedHardware>> plugged = new TreeMap<>();
        for (String node : devices.nodes()) {
            SimulatedDevice device = devices.device(node);
            if (device != null && !node.startsWith(RENDER_NODE) && !node.equals(VfioGroupNode.CONTAINER)) {
                plugged.put(node, device.hardware());
            }
        }
        return new MachineDescription(plugged);
    }

    /** Whether a node tells by itself what is there. */
    static boolean isPlain(String node) {
        return node.equals(UdmabufDevice.NODE) || node.matches(HeapDevice.FOLDER + "[^/]+");
    }

    /** Whether a node is that of a group of VFIO. */
    private static boolean isGroup(String node) {
        return node.matches(VfioGroupNode.FOLDER + "(0|[1-9][0-9]{0,2})");
    }

    /** Whether a node is that of a camera. */
    static boolean isCamera(String node) {
        return node.matches(CameraNode.PREFIX + "(0|[1-9][0-9]?)")
                && Integer.parseInt(node.substring(CameraNode.PREFIX.length())) < MOST_CAMERAS;
    }

    /** Whether a node is that of a card. */
    static boolean isCard(String node) {
        return cardNumber(node) >= 0;
    }

    /**
     * Sets a parameter of a module, as writing to {@code /sys/module/MODULE/parameters/PARAMETER} does. It counts from the next ioctl on.
     *
     * @param module the module, {@code udmabuf}
     * @param parameter its parameter, {@code list_limit} or {@code size_limit_mb}
     * @param value the new value
     * @throws IllegalArgumentException when no device of such a module is plugged in, or it has no such parameter
     */
    public void setParameter(String module, String parameter, int value) {
        boolean set = devices.parameters(module).map(parameters -> parameters.set(parameter, value)).orElse(false);
        if (!set) {
            throw new IllegalArgumentException("no module parameter " + module + "." + parameter);
        }
    }

    /**
     * Delivers a signal to every thread that sleeps in a call of the simulated kernel, waiting for fences: its call answers {@code -EINTR}.
     * Interrupting a thread the Java way has no such effect, as it has none on a thread in a native call.
     *
     * @return how many calls that were
     */
    public int interruptCalls() {
        return buffers.waits().interrupt();
    }

    /**
     * Counts the calls that sleep in the simulated kernel, waiting for fences.
     *
     * @return how many, at this moment
     */
    public int sleepers() {
        return buffers.waits().sleepers();
    }

    /**
     * Lists the buffers whose descriptors are open in this process, as debugfs does for a whole machine.
     *
     * @return a snapshot, in no particular order
     */
    public List<SimulatedBuffer> buffers() {
        return descriptors.files().stream()
                .filter(BufferFile.class::isInstance)
                .map(file -> ((BufferFile) file).describe())
                .toList();
    }

    /**
     * Reads a buffer as a device does, by DMA. Of a buffer whose memory is not coherent these are the bytes of the device's copy, in which
     * what the CPU has written is found after the CPU has ended its access. Waits for no fences, since devices are told when to begin.
     *
     * @param inode the buffer's identity, as {@link SimulatedBuffer#inode} and statx(2) tell it
     * @param offset where to begin, in bytes
     * @param target filled whole
     * @throws IllegalArgumentException when no such buffer is open in this process
     * @throws IndexOutOfBoundsException when the range is not within the buffer
     * @throws DmaBufException ENOMEM or EMFILE when this process has no more room to look into the buffer
     */
    public void deviceRead(long inode, long offset, MemorySegment target) {
        withBuffer(inode, offset, target, buffer -> deviceAccess().read(buffer, offset, target));
    }

    /**
     * Writes a buffer as a device does, by DMA. Of a buffer whose memory is not coherent the CPU finds the bytes after it has begun an
     * access, and still finds what it had before until then.
     *
     * @param inode the buffer's identity, as {@link SimulatedBuffer#inode} and statx(2) tell it
     * @param offset where to begin, in bytes
     * @param source written whole
     * @throws IllegalArgumentException when no such buffer is open in this process
     * @throws IndexOutOfBoundsException when the range is not within the buffer
     * @throws DmaBufException ENOMEM or EMFILE when this process has no more room to look into the buffer
     */
    public void deviceWrite(long inode, long offset, MemorySegment source) {
        withBuffer(inode, offset, source, buffer -> deviceAccess().write(buffer, offset, source));
    }

    private DeviceAccess deviceAccess() {
        return new DeviceAccess(buffers.linux());
    }

    private void withBuffer(long inode, long offset, MemorySegment bytes, Consumer<BufferFile> access) {
        SimulatedFile file = descriptors.ofInode(inode);
        if (file == null) {
            throw new IllegalArgumentException("no simulated buffer has the inode " + inode);
        }
        try {
            if (!(file instanceof BufferFile buffer)) {
                throw new IllegalArgumentException("the inode " + inode + " is not that of a buffer");
            }
            Objects.checkFromIndexSize(offset, bytes.byteSize(), buffer.size());
            if (bytes.byteSize() != 0) {
                access.accept(buffer);
            }
        } catch (KernelError e) {
            throw new DmaBufException(e.errno(), "DMA", "simulated buffer with inode " + inode);
        } finally {
            file.leave();
        }
    }

    /** Whether a node is in the hands of the simulation, plugged in or not. */
    static boolean serves(String node) {
        return node.equals(UdmabufDevice.NODE) || node.startsWith(HeapDevice.FOLDER) || node.startsWith(DRM_FOLDER)
                || node.startsWith(CameraNode.PREFIX) || node.startsWith(VfioGroupNode.FOLDER);
    }

    BufferFactory buffersOfDrivers() {
        return buffers;
    }

    /** Sets how long the fences of a vgem wait that is plugged in from now on. */
    void setFenceTimeout(long millis) {
        drivers.setFenceTimeout(millis);
    }


    void switchOff() {
        off = true;
        devices.nodes().forEach(this::unplug);
    }
}
