package dmabuf.demo;

import dmabuf.display.Display;
import dmabuf.sim.SimulatedKernel;
import dmabuf.sim.SimulatedScreen;
import java.util.Optional;

/**
 * What the guest of a simulated GPU has drawn, as the device knows it: computed, and not read from memory that anybody maps. The guest
 * draws no more from then on.
 *
 * @param width in pixels
 * @param height in rows
 * @param pixels row by row
 * @param cursor 64 by 64 pixels, each opaque or nothing
 * @param x of the cursor
 * @param y of the cursor
 */
record SimulatedPicture(int width, int height, int[] pixels, int[] cursor, int x, int y) {

    private static final int CURSOR_SIZE = 64;

    /** Empty for a display without a guest of the simulation's. */
    static Optional<SimulatedPicture> of(Stage stage, Display display) {
        SimulatedKernel kernel = stage.service(SimulatedKernel.class, null);
        try {
            SimulatedScreen screen = kernel.machine().screen(display.device());
            screen.setFramesPerSecond(0);
            return Optional.of(new SimulatedPicture(
                    screen.width(), screen.height(), screen.picture(), screen.cursorPicture(), screen.cursorX(), screen.cursorY()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    int withCursor(int column, int row) {
        int inX = column - x;
        int inY = row - y;
        if (inX >= 0 && inX < CURSOR_SIZE && inY >= 0 && inY < CURSOR_SIZE && cursor[inY * CURSOR_SIZE + inX] >>> 24 != 0) {
            return cursor[inY * CURSOR_SIZE + inX];
        }
        return pixels[row * width + column];
    }
}
