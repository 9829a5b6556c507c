package dmabuf.guest.image;

import dmabuf.guest.GuestException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * The x86 boot image {@code bzImage}: a setup part, then code that unpacks the real kernel, an ELF file, from a payload. Unpacking it
 * beforehand saves an emulated processor that work. Offsets are those of {@code Documentation/arch/x86/boot.rst}.
 */
public final class KernelImage {

    private static final int SETUP_SECTORS = 0x1f1;
    private static final int MAGIC = 0x202;
    private static final int VERSION = 0x206;
    private static final int PAYLOAD_OFFSET = 0x248;
    private static final int PAYLOAD_LENGTH = 0x24c;
    private static final int HEADER_END = 0x250;
    private static final int SECTOR = 512;
    private static final int HDRS = 0x53726448;
    /** The first version of the boot protocol that says where the payload is. */
    private static final int PAYLOAD_VERSION = 0x208;

    private KernelImage() {}

    /**
     * Tells whether this is an ELF file, which can be booted as it is.
     *
     * @param image any bytes
     * @return true if so
     */
    public static boolean isElf(byte[] image) {
        return image.length > 4 && image[0] == 0x7f && image[1] == 'E' && image[2] == 'L' && image[3] == 'F';
    }

    /**
     * Finds the packed kernel.
     *
     * @param image a {@code bzImage}
     * @return the payload, as it is in the image
     * @throws IOException when it is not such an image, or is cut off
     */
    public static byte[] payload(byte[] image) throws IOException {
        ByteBuffer header = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        if (image.length < HEADER_END || header.getInt(MAGIC) != HDRS) {
            throw new IOException("not a Linux boot image: no \"HdrS\" at 0x202");
        }
        int version = header.getShort(VERSION) & 0xffff;
        if (version < PAYLOAD_VERSION) {
            throw new IOException("a boot image of protocol " + Integer.toHexString(version) + " does not say where its payload is");
        }
        // 0 means 4, since the first kernels.
        int sectors = image[SETUP_SECTORS] == 0 ? 4 : image[SETUP_SECTORS] & 0xff;
        long start = (sectors + 1L) * SECTOR + Integer.toUnsignedLong(header.getInt(PAYLOAD_OFFSET));
        long end = start + Integer.toUnsignedLong(header.getInt(PAYLOAD_LENGTH));
        if (end > image.length || start == end) {
            throw new IOException("the boot image is cut off: its payload ends at " + end + " of " + image.length + " bytes");
        }
        return Arrays.copyOfRange(image, (int) start, (int) end);
    }

    /**
     * Unpacks the real kernel.
     *
     * @param image a {@code bzImage}
     * @param decompressor unpacks the payload
     * @return the ELF file; empty when the payload is packed in a way that is unknown here, and the image is best booted as it is
     * @throws IOException when the image is damaged
     * @throws GuestException when the program for the payload is not to be had
     */
    public static Optional<byte[]> unpack(byte[] image, Decompressor decompressor) throws IOException, GuestException {
        byte[] payload = payload(image);
        Optional<Compression> compression = Compression.of(payload);
        if (compression.isEmpty()) {
            return Optional.empty();
        }
        byte[] packed = payload;
        if (compression.get() != Compression.GZIP) {
            // The kernel's build appends the unpacked size to formats that do not carry it (cmd_*_with_size).
            packed = Arrays.copyOf(payload, payload.length - Integer.BYTES);
        }
        byte[] kernel = decompressor.unpack(packed, compression.get());
        long size = Integer.toUnsignedLong(ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN).getInt(payload.length - Integer.BYTES));
        if (kernel.length != size || !isElf(kernel)) {
            throw new IOException("the boot image is damaged: its kernel has " + kernel.length + " bytes of " + size);
        }
        return Optional.of(kernel);
    }
}
