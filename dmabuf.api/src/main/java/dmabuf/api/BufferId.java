package dmabuf.api;

/**
 * The identity of a buffer: two descriptors are the same dma-buf exactly when device and inode are the same, however often they were
 * duplicated, sent, or exported again. Memory of a device that is no dma-buf has no inode: it is numbered.
 *
 * @param device the number of the file system that the inode belongs to; {@link #NO_FILE} for memory that is no file of its own
 * @param inode the inode number, unique for as long as the buffer lives; or the number that the core has given, which is never used again
 */
public record BufferId(long device, long inode) {

    /** No file system has this number. */
    public static final long NO_FILE = -1;

    /** Gives the inode alone, which is what {@code /proc/self/fdinfo} shows; or says that there is none. */
    @Override
    public String toString() {
        return device == NO_FILE ? "memory " + inode + " without an inode" : "inode " + inode;
    }
}
