package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.linux.vfio.VfioIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * The sample driver {@code samples/vfio-mdev/mdpy.c} of Linux 6.12, of type {@code vga}: a framebuffer that is a region, without any
 * registers. With its peculiarity that memory which is read or written through the file, and not mapped, is always its beginning.
 */
final class MdpyDriver extends VfioDriver {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;
    private static final int STRIDE = 4 * WIDTH;
    /** The next power of two. */
    private static final long MEMORY = 2 << 20;
    private static final long MEMORY_AT = PAGE;
    private static final int DISPLAY_REGION = 16;

    private static final int VENDOR = 0x1b36;
    private static final int DEVICE = 0x000f;
    private static final int CAPABILITY = 0x40;
    private static final int CAPABILITY_LENGTH = 0x10;

    private final Backing memory;
    /** The driver knows how many interrupts there are once somebody has asked for its information. */
    private int numIrqs;

    MdpyDriver(BufferFactory buffers) {
        super("mdpy", "mdpy-vga", buffers, new PciConfig(VENDOR, DEVICE)
                .bar(PciConfig.BAR0, MEMORY, true)
                .capability(CAPABILITY, CAPABILITY_LENGTH, FORMAT_XRGB8888, WIDTH, HEIGHT));
        memory = buffers.memory(name(), MEMORY);
        reset();
    }

    @Override
    Map<String, String> attributes() {
        return Map.of("vendor/resolution", WIDTH + "x" + HEIGHT,
                "mdev_type/description", "virtual display, " + WIDTH + "x" + HEIGHT + " framebuffer");
    }

    @Override
    int deviceFlags() {
        return VfioIoctl.DEVICE_FLAGS_PCI;
    }

    @Override
    int numRegions() {
        return VfioIoctl.PCI_NUM_REGIONS;
    }

    @Override
    int info(long argument, Arena arena) {
        struct(argument, VfioUapi.INFO_SIZE, arena);
        numIrqs = VfioUapi.PCI_NUM_IRQS;
        return super.info(argument, arena);
    }

    @Override
    int numIrqs() {
        return numIrqs;
    }

    /** The display's region is not counted. */
    @Override
    Region region(int index) {
        return switch (index) {
            case VfioIoctl.PCI_CONFIG_REGION_INDEX -> new Region(READ_WRITE, PciConfig.SIZE, 0);
            case VfioIoctl.PCI_BAR0_REGION_INDEX, DISPLAY_REGION -> new Region(READ_WRITE_MMAP, MEMORY, MEMORY_AT);
            default -> Integer.compareUnsigned(index, VfioIoctl.PCI_NUM_REGIONS) < 0 ? Region.NONE : null;
        };
    }

    @Override
    boolean accessLocked(MemorySegment piece, long offset, boolean write) {
        boolean within = offset >= MEMORY_AT && offset + piece.byteSize() <= MEMORY_AT + MEMORY;
        return within && transfer(memory, 0, piece, write);
    }

    @Override
    long mmapLocked(BufferMapping mapping, int flags, long address, long length, long offset) {
        return offset != MEMORY_AT || length > MEMORY || DriverRules.isPrivate(flags)
                ? EINVAL
                : mapping.map(memory.extents(), address, 0, length);
    }

    @Override
    int query(MemorySegment plane) {
        int flags = plane.get(JAVA_INT, VfioUapi.PLANE_FLAGS);
        if (flags == (VfioUapi.TYPE_PROBE | VfioUapi.TYPE_REGION)) {
            return 0;
        }
        if (flags != VfioUapi.TYPE_REGION) {
            return EINVAL;
        }
        clear(plane); // Whatever plane is asked for, it is this one.
        plane.set(JAVA_INT, VfioUapi.PLANE_FORMAT, FORMAT_XRGB8888);
        plane.set(JAVA_INT, VfioUapi.PLANE_WIDTH, WIDTH);
        plane.set(JAVA_INT, VfioUapi.PLANE_HEIGHT, HEIGHT);
        plane.set(JAVA_INT, VfioUapi.PLANE_STRIDE, STRIDE);
        plane.set(JAVA_INT, VfioUapi.PLANE_LENGTH, (int) MEMORY);
        plane.set(JAVA_INT, VfioUapi.PLANE_WHAT, DISPLAY_REGION);
        return 0;
    }

    @Override
    boolean hasDmaBufs() {
        return false;
    }

    @Override
    int export(int id) {
        return ENOTTY;
    }

    /** Draws a gradient from black to white. */
    @Override
    int reset() {
        try (MemoryView view = MemoryView.of(buffers.linux(), memory, 0, MEMORY)) {
            for (int y = 0; y < HEIGHT; y++) {
                view.bytes().asSlice((long) y * STRIDE, STRIDE).fill((byte) (y * 255 / HEIGHT));
            }
        }
        return 0;
    }

    /** The picture stays as it is. */
    @Override
    void closedLocked() {}

    @Override
    void unpluggedLocked() {
        memory.close();
    }
}
