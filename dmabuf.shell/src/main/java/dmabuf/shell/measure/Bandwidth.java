package dmabuf.shell.measure;

/**
 * How fast the CPU gets bytes in and out of memory, in bytes a second.
 *
 * @param read copying out of it, piece by piece
 * @param strided reading one word of each cache line
 * @param written copying into it; 0 when it may not be written
 */
record Bandwidth(double read, double strided, double written) {

    /** What a rate of this one is as a part of the same rate of another. */
    Ratios relativeTo(Bandwidth other) {
        return new Ratios(read / other.read, strided / other.strided, written / other.written);
    }

    /**
     * Rates as parts of those of plain memory: 1 is as fast.
     *
     * @param read copying out of it
     * @param strided reading one word of each cache line
     * @param written copying into it; 0 when it may not be written
     */
    record Ratios(double read, double strided, double written) {

        /** How fast it can be read at all: what is slow one way only has another reason than its cache attribute. */
        double bestRead() {
            return Math.max(read, strided);
        }
    }
}
