package importer.v4l2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline of docs/a-camera-pipeline.md. */
class CameraPipelineTest {

    private final CameraRig rig = new CameraRig();

    @TempDir
    private Path folder;

    @AfterEach
    void nothingIsLeftOpen() {
        rig.close();
    }

    private static String pipeline() throws Exception {
        String source = Files.readString(Path.of("src/test/java/importer/v4l2/CameraPipeline.java"));
        return source.substring(source.indexOf("/**"));
    }

    @Test
    void pageHasTheCodeThatIsTestedInFortyLines() throws Exception {
        assertTrue(pipeline().lines().count() <= 41, () -> "too long for what the page calls forty lines and a comment");
        String block = "```java\n" + pipeline() + "```\n";
        String page = Files.readString(Path.of("../docs/a-camera-pipeline.md"));
        assertTrue(page.contains(block), () -> "the page does not have this:\n" + block);
    }

    @Test
    void pipelineDeliversBarsOfColour() throws Exception {
        Path png = folder.resolve("frame.png");
        rig.control.runClock();
        CaptureFormat format = CameraPipeline.run(rig.camera, 10, png);
        assertEquals("NV12 1280x720, stride 1280 + 1280 at 921600", format.frame().toString());
        BufferedImage image = ImageIO.read(png.toFile());
        assertEquals(1280, image.getWidth());
        int[] bars = {0xffffff, 0xffff00, 0x00ffff, 0x00ff00, 0xff00ff, 0xff0000, 0x0000ff, 0x000000};
        for (int i = 0; i < bars.length; i++) {
            assertNear(bars[i], image.getRGB(i * 160 + 80, 360));
        }
    }

    /** Colours go through Y, Cb and Cr, which rounds them. */
    private static void assertNear(int expected, int actual) {
        for (int shift = 0; shift <= 16; shift += 8) {
            int difference = (expected >> shift & 0xff) - (actual >> shift & 0xff);
            assertTrue(Math.abs(difference) <= 3, () -> Integer.toHexString(expected) + ", and not " + Integer.toHexString(actual));
        }
    }
}
