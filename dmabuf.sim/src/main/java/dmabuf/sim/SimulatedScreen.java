package dmabuf.sim;

import java.util.Arrays;

/**
 * The hand on the guest of a simulated vGPU: what it draws, and when. {@link SimulatedMachine#screen} gives it.
 *
 * <p>The guest draws frame 0 when it is plugged in, of 800 by 600 pixels in the format XR24, and the next one whenever it is told to
 * ({@link #tick}) or, if it is given a clock ({@link #setFramesPerSecond}), when it is asked what it shows and the time for it has come.
 * Every frame has its number in it: a row of 32 blocks, white for 1, from the highest bit on. Beneath it are colour bars, a grey ramp, and
 * an orange box that moves. The cursor is cross hairs in a ring; it follows the box until it is moved.
 *
 * <p>Thread-safe. When the device has been unplugged, what changes something throws {@code IllegalStateException}; what asks goes on
 * telling of the last frame.
 */
public final class SimulatedScreen {

    private final VgpuDriver driver;

    SimulatedScreen(VgpuDriver driver) {
        this.driver = driver;
    }

    /** Draws the next frame. Where planes are dma-bufs it is drawn into the other of two framebuffers, which is shown then. */
    public void tick() {
        driver.tick(1);
    }

    /**
     * Draws frames, one after the other.
     *
     * @param frames how many, 0 or more
     */
    public void tick(int frames) {
        if (frames < 0) {
            throw new IllegalArgumentException("frames: " + frames);
        }
        driver.tick(frames);
    }

    /**
     * Has frames drawn by the clock, or no longer. They are drawn when somebody asks for the plane and not before: there is no thread.
     *
     * @param rate frames in a second, 0 to 1000; 0 for none but those of {@link #tick}, which is how a screen begins that was plugged in by
     *     hand. Screens of a machine that is configured have 30
     */
    public void setFramesPerSecond(int rate) {
        if (rate < 0 || rate > 1000) {
            throw new IllegalArgumentException("frames in a second: " + rate);
        }
        driver.setFramesPerSecond(rate);
    }

    /**
     * Changes the mode, and draws the frame again in it. Where planes are dma-bufs there are new framebuffers then, with new ids.
     *
     * @param width in pixels, 64 to 2048
     * @param height in pixels, 64 to 2048
     */
    public void setMode(int width, int height) {
        setMode(width, height, PixelLayout.XR24.name());
    }

    /**
     * Changes mode and format.
     *
     * @param width in pixels, 64 to 2048
     * @param height in pixels, 64 to 2048
     * @param format the fourcc of DRM: {@code XR24} or {@code RG16}
     * @throws IllegalArgumentException for another size or format; then nothing has changed
     */
    public void setMode(int width, int height, String format) {
        PixelLayout layout = Arrays.stream(PixelLayout.values())
                .filter(each -> each != PixelLayout.AR24 && each.name().equals(format))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the guest cannot draw in the format " + format));
        if (Math.min(width, height) < VgpuDriver.SMALLEST || Math.max(width, height) > VgpuDriver.LARGEST) {
            throw new IllegalArgumentException("a mode has " + VgpuDriver.SMALLEST + " to " + VgpuDriver.LARGEST
                    + " pixels each way, and not " + width + "x" + height);
        }
        driver.setMode(width, height, layout);
    }

    /**
     * Switches the primary plane off or on. The guest goes on drawing.
     *
     * @param shown whether there is a picture
     */
    public void setPrimaryShown(boolean shown) {
        driver.setShown(true, shown);
    }

    /**
     * Switches the cursor off or on.
     *
     * @param shown whether there is a cursor
     */
    public void setCursorShown(boolean shown) {
        driver.setShown(false, shown);
    }

    /**
     * Moves the cursor, which from then on stays where it is.
     *
     * @param x where its left edge is, in pixels; may lie outside of the picture
     * @param y where its upper edge is
     */
    public void moveCursor(int x, int y) {
        driver.moveCursor(x, y);
    }

    /**
     * Sets the cursor's hot spot, in its middle at first.
     *
     * @param x from its left edge, in pixels; -1 for a guest that does not say
     * @param y from its upper edge; -1 for a guest that does not say
     */
    public void setHotspot(int x, int y) {
        driver.setHotspot(x, y);
    }

    /**
     * Has the device tell a format of the primary plane that it is not drawn in.
     *
     * @param fourcc any number; 0 to tell the truth again
     */
    public void claimFormat(int fourcc) {
        driver.claimFormat(fourcc);
    }

    /**
     * Gives the number of the frame that is shown.
     *
     * @return the number; 0 for the first
     */
    public int frame() {
        return driver.frame();
    }

    /**
     * Gives the width of the mode.
     *
     * @return how many pixels
     */
    public int width() {
        return driver.width();
    }

    /**
     * Gives the height of the mode.
     *
     * @return how many pixels
     */
    public int height() {
        return driver.height();
    }

    /**
     * Gives what the device has drawn, without looking at the memory that it was drawn into.
     *
     * @return the pixels of the primary plane, row by row, without any padding, as 0xRRGGBB; of a format with fewer bits as it looks with
     *     the upper bits repeated
     */
    public int[] picture() {
        return driver.shownPicture();
    }

    /**
     * Gives the cursor as it is drawn.
     *
     * @return 64 by 64 pixels, row by row, as 0xAARRGGBB; each is opaque, or nothing
     */
    public int[] cursorPicture() {
        return GuestPicture.cursor();
    }

    /**
     * Gives the cursor's left edge.
     *
     * @return in pixels from that of the picture
     */
    public int cursorX() {
        return driver.cursorX();
    }

    /**
     * Gives the cursor's upper edge.
     *
     * @return in pixels from that of the picture
     */
    public int cursorY() {
        return driver.cursorY();
    }

    /**
     * Reads the number of a frame from its pixels, however they came here.
     *
     * @param pixels the first row at least, as 0xRRGGBB
     * @param width how many pixels a row has
     * @return the number
     */
    public static int frameIn(int[] pixels, int width) {
        return GuestPicture.frameOf(pixels, width);
    }

    /** Says mode and frame. */
    @Override
    public String toString() {
        return driver.width() + "x" + driver.height() + ", frame " + driver.frame();
    }
}
