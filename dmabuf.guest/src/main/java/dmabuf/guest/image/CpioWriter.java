package dmabuf.guest.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Writes a cpio archive of the "newc" format, which the kernel unpacks into its first root
 * ({@code Documentation/driver-api/early-userspace/buffer-format.rst}). Parents come before children. Every number is fixed, so that equal
 * content gives equal bytes.
 */
public final class CpioWriter implements AutoCloseable {

    private static final String MAGIC = "070701";
    private static final String TRAILER = "TRAILER!!!";
    private static final int HEADER_SIZE = 110;
    private static final int REGULAR = 0100000;
    private static final int FOLDER = 0040000;
    private static final int CHARACTER_DEVICE = 0020000;

    private final OutputStream out;
    private int inode;

    /**
     * Starts an archive.
     *
     * @param out where it goes; closed with the archive
     */
    public CpioWriter(OutputStream out) {
        this.out = out;
    }

    /**
     * Adds a folder.
     *
     * @param path its path, without a slash in front
     * @param permissions {@code 0755}, say
     * @throws IOException when it cannot be written
     */
    public void folder(String path, int permissions) throws IOException {
        entry(path, FOLDER | permissions, new byte[0], 0, 0);
    }

    /**
     * Adds a regular file.
     *
     * @param path its path, without a slash in front
     * @param permissions {@code 0644}, say
     * @param content what is in it
     * @throws IOException when it cannot be written
     */
    public void file(String path, int permissions, byte[] content) throws IOException {
        entry(path, REGULAR | permissions, content, 0, 0);
    }

    /**
     * Adds a node of a character device.
     *
     * @param path its path, without a slash in front
     * @param permissions {@code 0600}, say
     * @param major the driver
     * @param minor the device
     * @throws IOException when it cannot be written
     */
    public void node(String path, int permissions, int major, int minor) throws IOException {
        entry(path, CHARACTER_DEVICE | permissions, new byte[0], major, minor);
    }

    /** Ends the archive, and closes what it was written to. */
    @Override
    public void close() throws IOException {
        try (out) {
            entry(TRAILER, 0, new byte[0], 0, 0);
        }
    }

    private void entry(String path, int mode, byte[] content, int major, int minor) throws IOException {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        inode++;
        int links = (mode & FOLDER) != 0 ? 2 : 1;
        // In the format's order: inode, mode, uid, gid, links, time, size, device, device of the node, name with its NUL, checksum.
        int[] fields = {inode, mode, 0, 0, links, 0, content.length, 0, 0, major, minor, name.length + 1, 0};
        StringBuilder header = new StringBuilder(MAGIC);
        for (int field : fields) {
            header.append(String.format(Locale.ROOT, "%08X", field));
        }
        out.write(header.toString().getBytes(StandardCharsets.US_ASCII));
        out.write(name);
        out.write(0);
        pad(HEADER_SIZE + name.length + 1);
        out.write(content);
        pad(content.length);
    }

    private void pad(int length) throws IOException {
        for (int i = length; i % 4 != 0; i++) {
            out.write(0);
        }
    }
}
