package dmabuf.sim;

/**
 * What the guest of a simulated vGPU draws: a pure function of size and frame, so that it can be drawn again to compare. Above, the number
 * of the frame, a bit a block; beneath it colour bars, a grey ramp, and an orange box that moves.
 */
final class GuestPicture {

    static final int CURSOR_SIZE = 64;

    private static final int WHITE = 0xffffff;
    private static final int ORANGE = 0xff8000;
    private static final int OPAQUE = 0xff000000;
    private static final int[] BARS = {0xffffff, 0xffff00, 0x00ffff, 0x00ff00, 0xff00ff, 0xff0000, 0x0000ff, 0x000000};
    /** How high the row of bits is. */
    private static final int BITS_HEIGHT = 8;

    private GuestPicture() {}

    /** The pixels of a frame, row by row, as 0xRRGGBB. */
    static int[] primary(int width, int height, int frame) {
        int[] pixels = new int[width * height];
        int box = Math.min(width, height) / 8;
        int boxX = boxX(width, box, frame);
        int boxY = boxY(height, box, frame);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean inBox = x >= boxX && x < boxX + box && y >= boxY && y < boxY + box;
                pixels[y * width + x] = y < BITS_HEIGHT ? bit(width, x, frame) : inBox ? ORANGE : background(width, height, x, y);
            }
        }
        return pixels;
    }

    private static int bit(int width, int x, int frame) {
        int block = x / (width / Integer.SIZE);
        return block < Integer.SIZE && (frame >>> (Integer.SIZE - 1 - block) & 1) != 0 ? WHITE : 0;
    }

    private static int background(int width, int height, int x, int y) {
        if (y < height * 3 / 4) {
            return BARS[x * BARS.length / width];
        }
        int grey = x * 255 / (width - 1);
        return grey << 16 | grey << 8 | grey;
    }

    private static int boxX(int width, int box, int frame) {
        return (int) (4L * (frame & Integer.MAX_VALUE) % (width - box));
    }

    private static int boxY(int height, int box, int frame) {
        return BITS_HEIGHT + (int) (2L * (frame & Integer.MAX_VALUE) % (height - box - BITS_HEIGHT));
    }

    /** Where the cursor is, while nobody has moved it: its hot spot in the middle of the box. */
    static int cursorX(int width, int height, int frame) {
        int box = Math.min(width, height) / 8;
        return boxX(width, box, frame) + box / 2 - CURSOR_SIZE / 2;
    }

    /** As {@link #cursorX}. */
    static int cursorY(int width, int height, int frame) {
        int box = Math.min(width, height) / 8;
        return boxY(height, box, frame) + box / 2 - CURSOR_SIZE / 2;
    }

    /** Reads the number of the frame from a picture. */
    static int frameOf(int[] pixels, int width) {
        int block = width / Integer.SIZE;
        int frame = 0;
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            frame = frame << 1 | (pixels[bit * block] & WHITE) >>> 23;
        }
        return frame;
    }

    /** The pixels of the cursor, row by row, as 0xAARRGGBB: cross hairs in a ring, and nothing else. */
    static int[] cursor() {
        int[] pixels = new int[CURSOR_SIZE * CURSOR_SIZE];
        int middle = CURSOR_SIZE / 2;
        for (int y = 0; y < CURSOR_SIZE; y++) {
            for (int x = 0; x < CURSOR_SIZE; x++) {
                int distance = (x - middle) * (x - middle) + (y - middle) * (y - middle);
                boolean ring = distance >= 26 * 26 && distance <= 30 * 30;
                boolean hair = distance < 26 * 26 && (Math.abs(x - middle) <= 1 || Math.abs(y - middle) <= 1);
                pixels[y * CURSOR_SIZE + x] = ring ? OPAQUE | WHITE : hair ? OPAQUE | 0xff0000 : 0;
            }
        }
        return pixels;
    }
}
