package dmabuf.display.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.display.DisplayPlane;
import dmabuf.frame.DrmFormat;
import dmabuf.linux.ReadmeExample;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the README: what is on a screen. */
class ScreenPictureTest {

    private final Rig rig = new Rig();

    @TempDir
    private Path folder;

    @AfterEach
    void nothingIsLeft() {
        rig.close();
    }

    @Test
    void exampleInTheReadmeIsTheOneThatIsTested() throws Exception {
        ReadmeExample.assertIs("src/test/java/dmabuf/display/impl/ScreenPicture.java");
    }

    @Test
    void pngHasThePixelsOfTheScreen() throws Exception {
        rig.draw(rig.show(DisplayPlane.PRIMARY, 1, DrmFormat.XRGB8888, 2, 2, 0, 0), 0xff0000, 0x00ff00, 0x0000ff, 0x123456);
        Path png = folder.resolve("screen.png");
        ScreenPicture.take(rig.screen, png);
        BufferedImage image = ImageIO.read(png.toFile());
        assertEquals(2, image.getWidth());
        assertEquals(2, image.getHeight());
        assertEquals(0xffff0000, image.getRGB(0, 0));
        assertEquals(0xff00ff00, image.getRGB(1, 0));
        assertEquals(0xff0000ff, image.getRGB(0, 1));
        assertEquals(0xff123456, image.getRGB(1, 1));
    }
}
