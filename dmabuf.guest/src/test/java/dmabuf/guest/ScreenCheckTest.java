package dmabuf.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScreenCheckTest {

    @TempDir
    Path folder;

    @Test
    void screensThatNobodyLookedAtAreMissed() throws IOException {
        List<String> failures = new ScreenCheck(folder).failures();

        assertEquals("no picture of the screen of mdpy-vga: nothing; the guest has no such display", failures.getFirst());
        assertEquals(3, failures.size(), failures.toString());
    }

    @Test
    void pictureOfSomethingElseIsNone() throws IOException {
        ImageIO.write(new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB), "png", folder.resolve("mdpy-vga.png").toFile());
        Files.writeString(
                folder.resolve("mbochs-small.said"),
                "dmabuf: capture(primary 1: XRGB8888 320x200, stride 1280, 256000 bytes by dma-buf) failed: no CPU can map it\n");
        ScreenCheck check = new ScreenCheck(folder);

        List<String> failures = check.failures();

        assertEquals(1, failures.size(), failures.toString());
        assertTrue(failures.getFirst().endsWith(" pixels that were not drawn so"), failures.getFirst());
    }

    @Test
    void picturesOfAnEarlierRunAreForgotten() throws IOException {
        Path old = Files.writeString(folder.resolve("mdpy-vga.png"), "");

        new ScreenCheck(folder).clear();

        assertTrue(Files.notExists(old));
    }
}
