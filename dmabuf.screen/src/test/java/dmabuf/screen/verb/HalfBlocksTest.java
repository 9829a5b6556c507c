package dmabuf.screen.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pictures as text. */
class HalfBlocksTest {

    private static BufferedImage image(int width, int height, int... colours) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < width * height; i++) {
            image.setRGB(i % width, i / width, colours[i % colours.length]);
        }
        return image;
    }

    private static String shown(BufferedImage image, boolean trueColour, int columns, int rows) {
        return new HalfBlocks(trueColour).text(image, columns, rows).replace('\u001b', '!').replace('\u2580', '#');
    }

    @Test
    void twoPixelsAreOneCharacter() {
        assertEquals(
                "![38;2;255;0;0m![48;2;0;0;255m#![38;2;0;255;0m![48;2;255;255;255m#![0m\n",
                shown(image(2, 2, 0xff0000, 0x00ff00, 0x0000ff, 0xffffff), true, 80, 24));
    }

    @Test
    void colourThatStaysIsNotSaidAgain() {
        assertEquals("![38;2;1;2;3m![48;2;1;2;3m###![0m\n", shown(image(3, 2, 0x010203), true, 80, 24));
    }

    @Test
    void rowThatHasNoneBelowIsAboveBlack() {
        assertEquals("![38;2;1;2;3m![48;2;0;0;0m#![0m\n", shown(image(1, 1, 0x010203), true, 80, 24));
    }

    @Test
    void terminalWithFewColoursHasTheNearest() {
        assertEquals("![38;5;196m![48;5;16m#![0m\n", shown(image(1, 2, 0xfe0000, 0x000010), false, 80, 24));
    }

    @Test
    void pictureIsShrunkByTheAverageWithItsProportions() {
        String text = shown(image(4, 4, 0x000000, 0x020406), true, 2, 24);
        assertEquals(List.of("![38;2;1;2;3m![48;2;1;2;3m##![0m"), text.lines().toList());
        for (int columns : new int[] {1, 7, 80, 200}) {
            for (int rows : new int[] {1, 5, 60}) {
                List<String> lines = shown(image(320, 200, 0x123456), true, columns, rows).lines().toList();
                assertTrue(lines.size() <= rows && lines.getFirst().chars().filter(c -> c == '#').count() <= columns, columns + "x" + rows);
            }
        }
    }
}
