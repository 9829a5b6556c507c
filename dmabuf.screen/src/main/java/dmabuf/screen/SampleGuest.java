package dmabuf.screen;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dmabuf.linux.MappedMemory;
import dmabuf.linux.vfio.VfioDevice;
import dmabuf.linux.vfio.VfioIoctl;
import dmabuf.linux.vfio.VfioNode;
import dmabuf.linux.vfio.VfioRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Plays the guest of the sample displays that come with the kernel's source ({@code samples/vfio-mdev}): sets a mode where there is one to
 * be set, and draws, all through the regions of the device as a virtual machine's processor would. {@code mbochs} shows what is drawn as a
 * dma-buf, {@code mdpy} as a region.
 *
 * <p>Not thread-safe.
 */
public final class SampleGuest {

    private static final String MBOCHS = "mbochs";
    private static final String MDPY = "mdpy";

    /** The registers of the Bochs display, of 16 bits, in the third BAR. */
    private static final int DISPI = 0x500;
    private static final int XRES = 1;
    private static final int YRES = 2;
    private static final int BPP = 3;
    private static final int ENABLE = 4;
    private static final int VIRT_WIDTH = 6;
    private static final int ENABLED_LINEAR = 0x41;
    private static final int BITS = 32;
    private static final int BYTES = 4;
    private static final int WIDTH = 320;
    private static final int HEIGHT = 200;

    /** Behind the standard regions of PCI, of mdpy: where its screen is, and in its configuration space how large it is. */
    private static final int MDPY_DISPLAY_REGION = 16;
    private static final int MDPY_WIDTH = 0x48;
    private static final int MDPY_HEIGHT = 0x4c;

    private static final ValueLayout.OfInt WORD = JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort HALF = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final VfioDevice device;
    private final String driver;
    private int width;
    private int height;

    private SampleGuest(VfioDevice device, String driver) {
        this.device = device;
        this.driver = driver;
    }

    /**
     * Takes a device's part, if it is one of these.
     *
     * @param device open, and still the caller's
     * @param node what sysfs says of it
     * @return the guest; empty for any other device, which this keeps its hands off
     */
    public static Optional<SampleGuest> of(VfioDevice device, VfioNode node) {
        return plays(node) ? Optional.of(new SampleGuest(device, node.driver())) : Optional.empty();
    }

    /**
     * Tells a sample display from any other device, without opening it.
     *
     * @param node what sysfs says of it
     * @return true for one of these
     */
    public static boolean plays(VfioNode node) {
        return node.driver().equals(MBOCHS) || node.driver().equals(MDPY);
    }

    /**
     * Sets a mode, and draws a picture that is the same for every device of its size: colours that run, a frame, a diagonal.
     *
     * @throws dmabuf.api.DmaBufException what the device says
     */
    public void draw() {
        if (driver.equals(MBOCHS)) {
            setMode(WIDTH, HEIGHT);
            fill(device.region(VfioIoctl.PCI_BAR0_REGION_INDEX));
        } else {
            VfioRegion configuration = device.region(VfioIoctl.PCI_CONFIG_REGION_INDEX);
            width = read(configuration, MDPY_WIDTH);
            height = read(configuration, MDPY_HEIGHT);
            fill(device.region(MDPY_DISPLAY_REGION));
        }
    }

    private int read(VfioRegion region, long at) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment word = arena.allocate(BYTES, BYTES);
            device.read(region, at, word);
            return word.get(WORD, 0);
        }
    }

    private void setMode(int newWidth, int newHeight) {
        width = newWidth;
        height = newHeight;
        VfioRegion registers = device.region(VfioIoctl.PCI_BAR2_REGION_INDEX);
        register(registers, XRES, newWidth);
        register(registers, YRES, newHeight);
        register(registers, BPP, BITS);
        register(registers, VIRT_WIDTH, newWidth);
        register(registers, ENABLE, ENABLED_LINEAR);
    }

    private void register(VfioRegion registers, int index, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment half = arena.allocate(Short.BYTES, Short.BYTES);
            half.set(HALF, 0, (short) value);
            device.write(registers, DISPI + (long) Short.BYTES * index, half);
        }
    }

    /** By a mapping: what these drivers make of writes to video memory by a call is not where it was meant to be. */
    private void fill(VfioRegion region) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = device.map(region, 0, MappedMemory.roundUp((long) width * height * BYTES), true, arena);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    memory.set(WORD, ((long) y * width + x) * BYTES, colour(x, y));
                }
            }
        }
    }

    /**
     * Tells how wide the picture is that was drawn.
     *
     * @return pixels
     */
    public int width() {
        return width;
    }

    /**
     * Tells how high it is.
     *
     * @return rows
     */
    public int height() {
        return height;
    }

    /**
     * Tells what was drawn where.
     *
     * @param x column, from the left
     * @param y row, from the top
     * @return red, green and blue of 8 bits each, red the highest
     */
    public int colour(int x, int y) {
        boolean edge = x == 0 || y == 0 || x == width - 1 || y == height - 1;
        if (edge || x * height == y * width || x == y) {
            return 0xff_ffff;
        }
        return x * 255 / width << 16 | y * 255 / height << 8 | (x / 16 + y / 16) % 2 * 0x60;
    }
}
