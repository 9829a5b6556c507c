package dmabuf.frame;

/**
 * How the samples of one plane are stored: one entry of the kernel's {@code struct drm_format_info}. Immutable.
 *
 * <p>A row is made of blocks: mostly of one sample each, of two where neighbours share something, as in {@link DrmFormat#YUYV}.
 *
 * @param blockWidth how many samples of a row one block holds
 * @param blockBytes how many bytes one block has
 * @param horizontalSubsampling how many columns of the frame share one sample: 2 for the colour of {@link DrmFormat#NV12}
 * @param verticalSubsampling how many rows of the frame share one sample
 */
public record PlaneFormat(int blockWidth, int blockBytes, int horizontalSubsampling, int verticalSubsampling) {

    /**
     * Checks the figures.
     *
     * @throws IllegalArgumentException when one is less than 1
     */
    public PlaneFormat {
        if (blockWidth < 1 || blockBytes < 1 || horizontalSubsampling < 1 || verticalSubsampling < 1) {
            throw new IllegalArgumentException("a plane of blocks of " + blockWidth + " samples and " + blockBytes + " bytes, subsampled "
                    + horizontalSubsampling + "x" + verticalSubsampling);
        }
    }

    /**
     * Tells how many bits a sample of this plane takes.
     *
     * @return bits, those that mean nothing included: 32 for {@link DrmFormat#XRGB8888}, 16 for the colour plane of {@link DrmFormat#NV12}
     */
    public int bitsPerSample() {
        return blockBytes * Byte.SIZE / blockWidth;
    }

    /**
     * Tells how many bytes of a row mean something.
     *
     * @param width of the frame, in pixels
     * @return bytes, up to the end of the last block; an odd width counts as if it were rounded up to whole samples and blocks
     */
    public long rowBytes(int width) {
        long samples = ceilDiv(width, horizontalSubsampling);
        return ceilDiv(samples, blockWidth) * blockBytes;
    }

    /**
     * Tells how many rows this plane has.
     *
     * @param height of the frame, in rows of pixels
     * @return rows of samples, rounded up
     */
    public int rows(int height) {
        return (int) ceilDiv(height, verticalSubsampling);
    }

    /** In long, so that no width or height overflows. */
    private static long ceilDiv(long figure, int divisor) {
        return Math.ceilDiv(figure, (long) divisor);
    }
}
