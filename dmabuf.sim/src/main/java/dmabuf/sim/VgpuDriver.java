package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.linux.MappedMemory;
import dmabuf.linux.vfio.VfioIoctl;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * A GPU of the simulation's own whose guest draws: planes are dma-bufs under the rules of i915's vGPUs, save that the CPU may map them for
 * reading; or regions. {@link SimulatedScreen} is the hand on the guest.
 *
 * <p>A guest whose planes are dma-bufs draws a frame where nobody looks and then turns to it, so that there are two framebuffers; one
 * whose planes are regions draws in place.
 */
final class VgpuDriver extends VfioDriver {

    static final int SMALLEST = 64;
    static final int LARGEST = 2048;

    private static final int PRIMARY_REGION = VfioIoctl.PCI_NUM_REGIONS;
    private static final int CURSOR_REGION = PRIMARY_REGION + 1;
    private static final long PRIMARY_AT = 1L << 40;
    private static final long CURSOR_AT = 2L << 40;
    private static final long PRIMARY_MEMORY = 4L * LARGEST * LARGEST;
    private static final long CURSOR_MEMORY = 4L * GuestPicture.CURSOR_SIZE * GuestPicture.CURSOR_SIZE;
    private static final int VENDOR = 0x1234;
    private static final int DEVICE = 0x1112;
    private static final int UNKNOWN = -1;
    private static final int FIRST_WIDTH = 800;
    private static final int FIRST_HEIGHT = 600;

    private final boolean regions;
    private final GuestBuffers known;
    /** The memory of the two regions; null where planes are dma-bufs. */
    private final Backing primaryMemory;
    private final Backing cursorMemory;

    private GuestFramebuffer front;
    /** Where the next frame is drawn; the same where planes are regions. */
    private GuestFramebuffer back;
    private final GuestFramebuffer cursor;
    private int frame;
    private boolean primaryShown = true;
    private boolean cursorShown = true;
    private int claimedFormat;
    /** Where the cursor was put; null while it follows the box. */
    private int[] cursorAt;
    private int hotX = GuestPicture.CURSOR_SIZE / 2;
    private int hotY = GuestPicture.CURSOR_SIZE / 2;
    /** Not set yet: as 0, until the machine starts its clocks. */
    private int framesPerSecond = UNKNOWN;
    private int clockFrame;
    private long clockStart;

    VgpuDriver(BufferFactory buffers, boolean regions) {
        super("vgpu", regions ? "vgpu-region" : "vgpu-dmabuf", buffers, new PciConfig(VENDOR, DEVICE));
        this.regions = regions;
        this.known = new GuestBuffers(buffers, name());
        primaryMemory = regions ? buffers.memory(name(), PRIMARY_MEMORY) : null;
        cursorMemory = buffers.memory(name(), CURSOR_MEMORY);
        int size = GuestPicture.CURSOR_SIZE;
        cursor = new GuestFramebuffer(size, size, PixelLayout.AR24, cursorMemory, true);
        cursor.draw(buffers, GuestPicture.cursor());
        begin(FIRST_WIDTH, FIRST_HEIGHT, PixelLayout.XR24);
    }

    private void begin(int width, int height, PixelLayout layout) {
        front = framebuffer(width, height, layout);
        back = regions ? front : framebuffer(width, height, layout);
        front.draw(buffers, picture());
    }

    private GuestFramebuffer framebuffer(int width, int height, PixelLayout layout) {
        Backing memory = regions
                ? primaryMemory
                : buffers.memory(name(), MappedMemory.roundUp(GuestFramebuffer.size(width, height, layout)));
        return new GuestFramebuffer(width, height, layout, memory, regions);
    }

    private void end() {
        known.drop(front);
        if (back != front) {
            known.drop(back);
        }
    }

    private int[] picture() {
        return GuestPicture.primary(front.width(), front.height(), frame);
    }

    @Override
    Map<String, String> attributes() {
        return Map.of("mdev_type/description", "simulated GPU whose guest draws, planes are " + (regions ? "regions" : "dma-bufs"));
    }

    @Override
    int deviceFlags() {
        return VfioIoctl.DEVICE_FLAGS_PCI | VfioIoctl.DEVICE_FLAGS_RESET;
    }

    @Override
    int numRegions() {
        return regions ? CURSOR_REGION + 1 : VfioIoctl.PCI_NUM_REGIONS;
    }

    @Override
    Region region(int index) {
        if (index == VfioIoctl.PCI_CONFIG_REGION_INDEX) {
            return new Region(READ_WRITE, PciConfig.SIZE, 0);
        }
        if (regions && index == PRIMARY_REGION) {
            return new Region(VfioIoctl.REGION_INFO_FLAG_READ | VfioIoctl.REGION_INFO_FLAG_MMAP, PRIMARY_MEMORY, PRIMARY_AT);
        }
        if (regions && index == CURSOR_REGION) {
            return new Region(VfioIoctl.REGION_INFO_FLAG_READ | VfioIoctl.REGION_INFO_FLAG_MMAP, CURSOR_MEMORY, CURSOR_AT);
        }
        return Integer.compareUnsigned(index, VfioIoctl.PCI_NUM_REGIONS) < 0 ? Region.NONE : null;
    }

    @Override
    boolean accessLocked(MemorySegment piece, long offset, boolean write) {
        long end = offset + piece.byteSize();
        if (write || !regions) {
            return false;
        }
        return offset >= PRIMARY_AT && end <= PRIMARY_AT + PRIMARY_MEMORY && transfer(primaryMemory, offset - PRIMARY_AT, piece, false)
                || offset >= CURSOR_AT && end <= CURSOR_AT + CURSOR_MEMORY && transfer(cursorMemory, offset - CURSOR_AT, piece, false);
    }

    /** Any part of a region can be mapped, and looked at only. */
    @Override
    long mmapLocked(BufferMapping mapping, int flags, long address, long length, long offset) {
        if (!regions || DriverRules.isPrivate(flags) || mapping.isWritable()) {
            return EINVAL;
        }
        boolean primary = offset >= PRIMARY_AT && offset < PRIMARY_AT + PRIMARY_MEMORY;
        long at = offset - (primary ? PRIMARY_AT : CURSOR_AT);
        long room = (primary ? PRIMARY_MEMORY : CURSOR_MEMORY) - at;
        if (at < 0 || length > room) {
            return EINVAL;
        }
        return mapping.map((primary ? primaryMemory : cursorMemory).extents(), address, at, length);
    }

    @Override
    boolean hasDmaBufs() {
        return !regions;
    }

    @Override
    int export(int id) {
        return known.export(id);
    }

    @Override
    int query(MemorySegment plane) {
        int way = regions ? VfioUapi.TYPE_REGION : VfioUapi.TYPE_DMABUF;
        int flags = plane.get(JAVA_INT, VfioUapi.PLANE_FLAGS);
        if (flags == (VfioUapi.TYPE_PROBE | way)) {
            return 0;
        }
        int type = plane.get(JAVA_INT, VfioUapi.PLANE_TYPE);
        boolean primary = type == VfioUapi.PLANE_PRIMARY;
        if (flags != way || !primary && type != VfioUapi.PLANE_CURSOR) {
            return EINVAL;
        }
        catchUp();
        clear(plane);
        if (primary ? primaryShown : cursorShown) {
            tell(plane, primary);
        }
        return 0;
    }

    private void tell(MemorySegment plane, boolean primary) {
        GuestFramebuffer shown = primary ? front : cursor;
        plane.set(JAVA_INT, VfioUapi.PLANE_FORMAT, primary && claimedFormat != 0 ? claimedFormat : shown.layout().fourcc());
        plane.set(JAVA_INT, VfioUapi.PLANE_WIDTH, shown.width());
        plane.set(JAVA_INT, VfioUapi.PLANE_HEIGHT, shown.height());
        plane.set(JAVA_INT, VfioUapi.PLANE_STRIDE, shown.stride());
        plane.set(JAVA_INT, VfioUapi.PLANE_LENGTH, (int) shown.size());
        plane.set(JAVA_INT, VfioUapi.PLANE_X, primary ? 0 : cursorX());
        plane.set(JAVA_INT, VfioUapi.PLANE_Y, primary ? 0 : cursorY());
        plane.set(JAVA_INT, VfioUapi.PLANE_X_HOT, primary ? UNKNOWN : hotX);
        plane.set(JAVA_INT, VfioUapi.PLANE_Y_HOT, primary ? UNKNOWN : hotY);
        plane.set(JAVA_INT, VfioUapi.PLANE_WHAT, !regions ? known.query(shown) : primary ? PRIMARY_REGION : CURSOR_REGION);
    }

    /** The guest starts again. */
    @Override
    int reset() {
        frame = 0;
        primaryShown = true;
        cursorShown = true;
        claimedFormat = 0;
        cursorAt = null;
        hotX = GuestPicture.CURSOR_SIZE / 2;
        hotY = GuestPicture.CURSOR_SIZE / 2;
        setFramesPerSecond(framesPerSecond);
        setMode(FIRST_WIDTH, FIRST_HEIGHT, PixelLayout.XR24);
        return 0;
    }

    @Override
    void closedLocked() {
        known.forget();
    }

    @Override
    void unpluggedLocked() {
        known.forget();
        end();
        cursorMemory.close();
        if (primaryMemory != null) {
            primaryMemory.close();
        }
    }

    /** Draws the frames of which the time has come: the last one, that is. */
    private void catchUp() {
        if (framesPerSecond > 0) {
            long due = clockFrame + (System.nanoTime() - clockStart) / 1_000_000L * framesPerSecond / 1000;
            if ((int) due != frame) {
                show((int) due);
            }
        }
    }

    private void show(int next) {
        frame = next;
        back.draw(buffers, picture());
        GuestFramebuffer drawn = back;
        back = front;
        front = drawn;
    }

    // What the hand on the guest does.

    synchronized void tick(int frames) {
        checkRunning();
        for (int i = 0; i < frames; i++) {
            show(frame + 1);
        }
    }

    synchronized void setFramesPerSecond(int rate) {
        checkRunning();
        framesPerSecond = rate;
        clockFrame = frame;
        clockStart = System.nanoTime();
    }

    /** Sets the clock of a screen that nobody has set the clock of. */
    synchronized void startClock(int rate) {
        if (framesPerSecond == UNKNOWN && !isUnplugged()) {
            setFramesPerSecond(rate);
        }
    }

    synchronized void setMode(int width, int height, PixelLayout layout) {
        checkRunning();
        end();
        begin(width, height, layout);
    }

    synchronized void setShown(boolean primary, boolean shown) {
        checkRunning();
        if (primary) {
            primaryShown = shown;
        } else {
            cursorShown = shown;
        }
    }

    synchronized void moveCursor(int x, int y) {
        checkRunning();
        cursorAt = new int[] {x, y};
    }

    synchronized void setHotspot(int x, int y) {
        checkRunning();
        hotX = x;
        hotY = y;
    }

    synchronized void claimFormat(int fourcc) {
        checkRunning();
        claimedFormat = fourcc;
    }

    synchronized int frame() {
        return frame;
    }

    synchronized int width() {
        return front.width();
    }

    synchronized int height() {
        return front.height();
    }

    synchronized int cursorX() {
        return cursorAt != null ? cursorAt[0] : GuestPicture.cursorX(front.width(), front.height(), frame);
    }

    synchronized int cursorY() {
        return cursorAt != null ? cursorAt[1] : GuestPicture.cursorY(front.width(), front.height(), frame);
    }

    /** What the picture looks like to whoever knows its format. */
    synchronized int[] shownPicture() {
        int[] pixels = picture();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = front.layout().shown(pixels[i]);
        }
        return pixels;
    }

    private void checkRunning() {
        if (isUnplugged()) {
            throw new IllegalStateException("the simulated GPU is unplugged");
        }
    }
}
