package dmabuf.display;

/**
 * The pixel of a cursor that points.
 *
 * @param x in pixels from the left edge of the cursor's picture
 * @param y in rows from its top
 */
public record Hotspot(int x, int y) {}
