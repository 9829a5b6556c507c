package dmabuf.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dmabuf.api.NegotiationException;
import dmabuf.frame.FrameDescription;
import dmabuf.linux.ReadmeExample;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the README: several importers, one buffer. */
class SharedPictureTest {

    private final Rig rig = new Rig();

    @TempDir
    private Path folder;

    @AfterEach
    void nothingIsLeftOpen() {
        rig.close();
    }

    @Test
    void exampleInTheReadmeIsTheOneThatIsTested() throws Exception {
        ReadmeExample.assertIs("src/test/java/dmabuf/core/SharedPicture.java");
    }

    @Test
    void pictureSuitsAllThree() throws Exception {
        rig.add("one");
        Path png = folder.resolve("picture.png");
        FrameDescription frame = SharedPicture.take(rig.core, png);
        assertEquals("NV12 1920x1080, stride 2048 + 2048 at 2211840", frame.toString());
        BufferedImage image = ImageIO.read(png.toFile());
        assertNotNull(image);
        assertEquals(1920, image.getWidth());
        // Zeroes: no brightness, and as little of red and blue as there can be, which leaves some green.
        assertEquals(0xff008800, image.getRGB(0, 0));
        assertEquals(0xff008800, image.getRGB(1919, 1079));
    }

    @Test
    void withoutAnExporterItIsSaidWhy() {
        NegotiationException refused =
                assertThrows(NegotiationException.class, () -> SharedPicture.take(rig.core, folder.resolve("none.png")));
        assertEquals("negotiate(1920x1080 for camera, display, viewer) failed: ENODEV (No such device): no exporter is registered",
                refused.getMessage());
    }
}
