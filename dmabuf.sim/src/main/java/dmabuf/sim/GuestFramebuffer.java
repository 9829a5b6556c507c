package dmabuf.sim;

import java.lang.foreign.MemorySegment;

/**
 * Memory in which the guest of a simulated vGPU has drawn. Its memory is closed with its last user: the screen, and each id that it is
 * known by.
 */
final class GuestFramebuffer {

    private static final int STRIDE_ALIGNMENT = 256;

    private final int width;
    private final int height;
    private final PixelLayout layout;
    private final Backing memory;
    private final boolean shared;
    private int users = 1;

    /** Takes over the memory, unless it is shared with others. */
    GuestFramebuffer(int width, int height, PixelLayout layout, Backing memory, boolean shared) {
        this.width = width;
        this.height = height;
        this.layout = layout;
        this.memory = memory;
        this.shared = shared;
    }

    /** From one row to the next: not what the width alone would give, as with a real GPU. */
    static int stride(int width, PixelLayout layout) {
        return (width * layout.bytes() + STRIDE_ALIGNMENT - 1) / STRIDE_ALIGNMENT * STRIDE_ALIGNMENT;
    }

    static long size(int width, int height, PixelLayout layout) {
        return (long) stride(width, layout) * height;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    PixelLayout layout() {
        return layout;
    }

    int stride() {
        return stride(width, layout);
    }

    long size() {
        return size(width, height, layout);
    }

    Backing memory() {
        return memory;
    }

    void draw(BufferFactory buffers, int[] pixels) {
        try (MemoryView view = MemoryView.of(buffers.linux(), memory, 0, size())) {
            MemorySegment bytes = view.bytes();
            for (int y = 0; y < height; y++) {
                long row = (long) y * stride();
                for (int x = 0; x < width; x++) {
                    layout.put(bytes, row + (long) x * layout.bytes(), pixels[y * width + x]);
                }
            }
        }
    }

    /** Called under the lock that guards ids. */
    void use() {
        users++;
    }

    /** Called under the lock that guards ids. */
    void drop() {
        users--;
        if (users == 0 && !shared) {
            memory.close();
        }
    }
}
