package dmabuf.api;

/**
 * The identity of a buffer: two descriptors are the same dma-buf exactly when device and inode are the same, however often they were
 * duplicated, sent, or exported again.
 *
 * @param device the number of the file system that the inode belongs to
 * @param inode the inode number, unique for as long as the buffer lives
 */
public record BufferId(long device, long inode) {

    /** Gives the inode alone, which is what {@code /proc/self/fdinfo} shows. */
    @Override
    public String toString() {
        return "inode " + inode;
    }
}
