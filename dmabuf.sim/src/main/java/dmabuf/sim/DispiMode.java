package dmabuf.sim;

import java.util.Optional;

/**
 * What a mode in the registers of a bochs display amounts to, {@code struct mbochs_mode}: the same numbers are the same framebuffer.
 *
 * @param width in pixels
 * @param height in pixels
 * @param stride from one row to the next, in bytes
 * @param offset where in the device's memory it begins, in bytes
 * @param size how long it is, in bytes
 */
record DispiMode(int width, int height, int stride, long offset, long size) {

    static final int ID = 0;
    static final int XRES = 1;
    static final int YRES = 2;
    static final int BPP = 3;
    static final int ENABLE = 4;
    static final int VIRT_WIDTH = 6;
    static final int X_OFFSET = 8;
    static final int Y_OFFSET = 9;
    static final int VIDEO_MEMORY_64K = 10;
    static final int COUNT = 11;
    static final int ID5 = 0xb0c5;

    private static final int ENABLED = 1;
    private static final int SMALLEST = 64;
    private static final int BYTES_PER_PIXEL = 4;

    /** {@code mbochs_check_framebuffer}: empty when there is no picture, or none that fits the memory. */
    static Optional<DispiMode> of(short[] registers, long memory) {
        if ((registers[ENABLE] & ENABLED) == 0 || registers[BPP] != 8 * BYTES_PER_PIXEL) {
            return Optional.empty();
        }
        int width = unsigned(registers[XRES]);
        int height = unsigned(registers[YRES]);
        int stride = Math.max(unsigned(registers[VIRT_WIDTH]), width) * BYTES_PER_PIXEL;
        long size = (long) stride * height;
        long offset = (long) unsigned(registers[X_OFFSET]) * BYTES_PER_PIXEL + (long) unsigned(registers[Y_OFFSET]) * stride;
        boolean fits = width >= SMALLEST && height >= SMALLEST && offset + size <= memory;
        return fits ? Optional.of(new DispiMode(width, height, stride, offset, size)) : Optional.empty();
    }

    private static int unsigned(short register) {
        return Short.toUnsignedInt(register);
    }
}
