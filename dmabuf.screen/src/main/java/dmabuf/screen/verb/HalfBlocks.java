package dmabuf.screen.verb;

import java.awt.image.BufferedImage;

/**
 * A picture as text: each character shows two pixels, one above the other, as the colours of a half block. Shrunk by the average of what
 * falls on a pixel, never enlarged, with the proportions kept.
 */
final class HalfBlocks {

    private static final String UPPER_HALF = "\u2580";
    private static final String RESET = "\u001b[0m";
    private static final int CUBE = 6;
    private static final int CUBE_BASE = 16;

    private final boolean trueColour;

    /** @param trueColour whether the terminal knows 24 bits; 216 colours otherwise */
    HalfBlocks(boolean trueColour) {
        this.trueColour = trueColour;
    }

    /** Gives lines that end with a reset, at most so many columns and rows. */
    String text(BufferedImage image, int columns, int rows) {
        double scale = Math.min(1, Math.min(columns / (double) image.getWidth(), 2.0 * rows / image.getHeight()));
        int width = Math.max(1, (int) (image.getWidth() * scale));
        int height = Math.max(1, (int) (image.getHeight() * scale));
        int[] small = shrunk(image, width, height);
        StringBuilder text = new StringBuilder();
        for (int y = 0; y < height; y += 2) {
            int above = -1;
            int below = -1;
            for (int x = 0; x < width; x++) {
                int upper = small[y * width + x];
                int lower = y + 1 < height ? small[(y + 1) * width + x] : 0;
                if (upper != above) {
                    colour(text, "38", upper);
                    above = upper;
                }
                if (lower != below) {
                    colour(text, "48", lower);
                    below = lower;
                }
                text.append(UPPER_HALF);
            }
            text.append(RESET).append('\n');
        }
        return text.toString();
    }

    private void colour(StringBuilder text, String which, int rgb) {
        int red = rgb >>> 16 & 0xff;
        int green = rgb >>> 8 & 0xff;
        int blue = rgb & 0xff;
        text.append("\u001b[").append(which);
        if (trueColour) {
            text.append(";2;").append(red).append(';').append(green).append(';').append(blue);
        } else {
            text.append(";5;").append(CUBE_BASE + CUBE * CUBE * level(red) + CUBE * level(green) + level(blue));
        }
        text.append('m');
    }

    private static int level(int part) {
        return (part * (CUBE - 1) + 127) / 255;
    }

    /** The average of the pixels that fall on each. */
    private static int[] shrunk(BufferedImage image, int width, int height) {
        int[] small = new int[width * height];
        for (int y = 0; y < height; y++) {
            int top = (int) ((long) y * image.getHeight() / height);
            int rows = Math.max(1, (int) ((y + 1L) * image.getHeight() / height) - top);
            for (int x = 0; x < width; x++) {
                int left = (int) ((long) x * image.getWidth() / width);
                int columns = Math.max(1, (int) ((x + 1L) * image.getWidth() / width) - left);
                small[y * width + x] = average(image.getRGB(left, top, columns, rows, null, 0, columns));
            }
        }
        return small;
    }

    private static int average(int[] pixels) {
        long red = 0;
        long green = 0;
        long blue = 0;
        for (int pixel : pixels) {
            red += pixel >>> 16 & 0xff;
            green += pixel >>> 8 & 0xff;
            blue += pixel & 0xff;
        }
        int half = pixels.length / 2;
        return (int) ((red + half) / pixels.length << 16 | (green + half) / pixels.length << 8 | (blue + half) / pixels.length);
    }
}
