package dmabuf.linux.vfio;

/**
 * A region of a device: {@code struct vfio_region_info} of {@code linux/vfio.h}. What the device says is not checked here; {@link
 * VfioDevice} reads, writes and maps within it only. Immutable.
 *
 * @param index its number
 * @param flags {@link VfioIoctl#REGION_INFO_FLAG_READ} and the like
 * @param size how long it is, in bytes; 0 for a region that is not there
 * @param offset where it begins in the device's descriptor, in bytes
 */
public record VfioRegion(int index, int flags, long size, long offset) {

    static final int SIZE = 32;
    static final int FLAGS = 4;
    static final int INDEX = 8;
    static final int REGION_SIZE = 16;
    static final int OFFSET = 24;

    /**
     * Tells whether it can be read.
     *
     * @return true when pread(2) works
     */
    public boolean isReadable() {
        return (flags & VfioIoctl.REGION_INFO_FLAG_READ) != 0;
    }

    /**
     * Tells whether it can be written.
     *
     * @return true when pwrite(2) works
     */
    public boolean isWritable() {
        return (flags & VfioIoctl.REGION_INFO_FLAG_WRITE) != 0;
    }

    /**
     * Tells whether it can be mapped.
     *
     * @return true when mmap(2) of the device at {@link #offset} works
     */
    public boolean isMappable() {
        return (flags & VfioIoctl.REGION_INFO_FLAG_MMAP) != 0;
    }

    /** Whether a range lies in it, without overflow. A size that is negative is one that no file offset reaches. */
    boolean contains(long at, long length) {
        return at >= 0 && length >= 0 && size >= 0 && at <= size && length <= size - at && offset >= 0 && size <= Long.MAX_VALUE - offset;
    }

    @Override
    public String toString() {
        return "region " + index + " (" + size + " bytes at 0x" + Long.toHexString(offset)
                + (isReadable() ? ", readable" : "") + (isWritable() ? ", writable" : "") + (isMappable() ? ", mappable" : "") + ")";
    }
}
