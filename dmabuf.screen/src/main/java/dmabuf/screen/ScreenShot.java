package dmabuf.screen;

import dmabuf.display.CursorMode;
import dmabuf.display.Display;
import dmabuf.display.DisplayPicture;
import dmabuf.image.FrameImages;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** A picture of a screen. Needs no screen of its own: it works where there is no graphics. Thread-safe, without state. */
public final class ScreenShot {

    private ScreenShot() {}

    /**
     * Takes a picture.
     *
     * @param display of what
     * @param cursor what becomes of the cursor
     * @return the picture; empty when the screen is off
     * @throws dmabuf.api.DmaBufException as {@link Display#capture} says
     * @throws IllegalArgumentException when no image can be made of the format, which the message names
     */
    public static Optional<BufferedImage> of(Display display, CursorMode cursor) {
        return display.capture(cursor).map(ScreenShot::image);
    }

    /**
     * Makes an image of a copy.
     *
     * @param picture the copy
     * @return a new image
     * @throws IllegalArgumentException when no image can be made of the format, which the message names
     */
    public static BufferedImage image(DisplayPicture picture) {
        return FrameImages.standard().toImage(picture.frame(), picture.pixels());
    }

    /**
     * Writes a PNG.
     *
     * @param image what is to be written
     * @return the bytes of the file
     */
    public static byte[] png(BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            if (!ImageIO.write(image, "png", out)) {
                throw new IllegalStateException("this Java writes no PNG of " + image);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads a PNG.
     *
     * @param png the bytes of the file
     * @return its image
     * @throws IllegalArgumentException when it is none
     */
    public static BufferedImage read(byte[] png) {
        try {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
            if (image == null) {
                throw new IllegalArgumentException("not a picture: " + png.length + " bytes");
            }
            return image;
        } catch (IOException e) {
            throw new IllegalArgumentException("not a picture: " + e.getMessage(), e);
        }
    }
}
