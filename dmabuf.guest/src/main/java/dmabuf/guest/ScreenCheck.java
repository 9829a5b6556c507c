package dmabuf.guest;

import dmabuf.guest.parts.SampleDisplays;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * The screens of the sample displays, on which {@code dmabuf screen --draw} has drawn on the real kernel. The picture is worked out here
 * once more, pixel by pixel, from what the command says that it draws.
 */
final class ScreenCheck {

    private static final String REGION_DISPLAY = SampleDisplays.MDPY + "-vga";
    private static final String DMABUF_DISPLAY = SampleDisplays.MBOCHS + "-small";
    private static final int RGB = 0xff_ffff;

    private final Path folder;
    private final List<String> failures = new ArrayList<>();

    /** Looks at what the script has left in a folder. */
    ScreenCheck(Path folder) {
        this.folder = folder;
    }

    /** Forgets what an earlier run has left. */
    void clear() throws IOException {
        for (String display : List.of(REGION_DISPLAY, DMABUF_DISPLAY)) {
            Files.deleteIfExists(png(display));
            Files.deleteIfExists(said(display));
        }
    }

    /** Gives the lines of a shell script that draws on every display there is, and keeps the picture and what was said. */
    String script(String dmabuf) {
        return String.join(
                "\n",
                "for device in /sys/bus/mdev/devices/*; do",
                "    type=$(basename \"$(readlink \"$device/mdev_type\")\")",
                "    " + dmabuf + " screen --kernel linux --device \"${device##*/}\" --draw --png \"$screens/$type.png\" \\",
                "        >\"$screens/$type.said\" 2>&1",
                "    cat \"$screens/$type.said\"",
                "done");
    }

    /** Tells what is not as it should be; empty when all is. */
    List<String> failures() throws IOException {
        checkPicture(REGION_DISPLAY, 640, 480);
        // mbochs gives dma-bufs for reading, of which Linux makes no shared mapping; and mbochs allows no other.
        checkRefusal(DMABUF_DISPLAY, "XRGB8888 320x200, stride 1280, 256000 bytes by dma-buf", "no CPU can map it");
        return failures;
    }

    private void checkPicture(String display, int width, int height) throws IOException {
        BufferedImage image = Files.exists(png(display)) ? ImageIO.read(png(display).toFile()) : null;
        if (image == null) {
            failures.add("no picture of the screen of " + display + ": " + text(said(display)));
        } else if (image.getWidth() != width || image.getHeight() != height) {
            failures.add(png(display) + " is of " + image.getWidth() + "x" + image.getHeight() + ", not of " + width + "x" + height);
        } else {
            int wrong = wrongPixels(image);
            if (wrong > 0) {
                failures.add(png(display) + " has " + wrong + " pixels that were not drawn so");
            }
        }
    }

    /** Colours that run, squares, a frame, and two lines from the corner. */
    static int wrongPixels(BufferedImage image) {
        int wrong = 0;
        int width = image.getWidth();
        int height = image.getHeight();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean line = x == 0 || y == 0 || x == width - 1 || y == height - 1 || x == y || x * height == y * width;
                int square = (x / 16 + y / 16) % 2 == 0 ? 0 : 0x60;
                int drawn = line ? RGB : (x * 255 / width) << 16 | (y * 255 / height) << 8 | square;
                wrong += (image.getRGB(x, y) & RGB) == drawn ? 0 : 1;
            }
        }
        return wrong;
    }

    private void checkRefusal(String display, String... words) throws IOException {
        String text = text(said(display));
        for (String each : words) {
            if (!text.contains(each)) {
                failures.add("of the screen of " + display + " was not said \"" + each + "\", but: " + text);
            }
        }
    }

    private static String text(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file).strip() : "nothing; the guest has no such display";
    }

    private Path png(String display) {
        return folder.resolve(display + ".png");
    }

    private Path said(String display) {
        return folder.resolve(display + ".said");
    }
}
