package dmabuf.guest.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class KernelImageTest {

    private static final int SETUP_SECTORS = 3;
    private static final int OFFSET = 700;
    private static final byte[] KERNEL = ElfBuilder.module("a kernel");
    /** Stands for zstd: what it "packs" has the magic number in front, and nothing else. */
    private static final Decompressor CUTS_MAGIC = new Decompressor(name -> List.of("sh", "-c", "tail -c +5"));

    @Test
    void payloadIsWhereTheHeaderSays() throws IOException {
        byte[] payload = {1, 2, 3, 4, 5};

        assertArrayEquals(payload, KernelImage.payload(image(payload)));
    }

    @Test
    void noSetupSectorsMeansFour() throws IOException {
        byte[] image = Arrays.copyOf(image(new byte[] {7}), 8192);
        image[0x1f1] = 0;
        image[5 * 512 + OFFSET] = 9;

        assertArrayEquals(new byte[] {9}, KernelImage.payload(image));
    }

    @Test
    void gzippedKernelIsUnpacked() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(KERNEL);
        }

        assertArrayEquals(KERNEL, KernelImage.unpack(image(packed.toByteArray()), CUTS_MAGIC).orElseThrow());
    }

    @Test
    void sizeBehindPackedKernelIsNotPartOfIt() throws Exception {
        assertArrayEquals(KERNEL, KernelImage.unpack(image(zstd(KERNEL, KERNEL.length)), CUTS_MAGIC).orElseThrow());
    }

    @Test
    void kernelOfAnotherSizeIsDamaged() {
        IOException e = assertThrows(
                IOException.class, () -> KernelImage.unpack(image(zstd(KERNEL, KERNEL.length + 1)), CUTS_MAGIC));

        assertTrue(e.getMessage().contains("damaged"), e.getMessage());
    }

    @Test
    void payloadPackedInAnUnknownWayIsLeftAlone() throws Exception {
        assertEquals(Optional.empty(), KernelImage.unpack(image("LZO or what not".getBytes(StandardCharsets.US_ASCII)), CUTS_MAGIC));
    }

    @Test
    void whatIsNoBootImageIsRefused() {
        assertEquals(
                "not a Linux boot image: no \"HdrS\" at 0x202",
                assertThrows(IOException.class, () -> KernelImage.payload(new byte[4096])).getMessage());
        assertThrows(IOException.class, () -> KernelImage.payload(new byte[0]));
    }

    @Test
    void cutOffImageIsRefused() {
        byte[] image = image(new byte[] {1, 2, 3, 4, 5});

        IOException e = assertThrows(IOException.class, () -> KernelImage.payload(Arrays.copyOf(image, image.length - 1)));

        assertTrue(e.getMessage().contains("cut off"), e.getMessage());
    }

    @Test
    void hugePayloadLengthIsNoOverflow() {
        byte[] image = image(new byte[] {1});
        ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).putInt(0x24c, -1);

        assertThrows(IOException.class, () -> KernelImage.payload(image));
    }

    private static byte[] zstd(byte[] content, int size) {
        ByteBuffer packed = ByteBuffer.allocate(content.length + 8).order(ByteOrder.LITTLE_ENDIAN);
        return packed.put(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd}).put(content).putInt(size).array();
    }

    private static byte[] image(byte[] payload) {
        int start = (SETUP_SECTORS + 1) * 512 + OFFSET;
        ByteBuffer image = ByteBuffer.allocate(start + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        image.put(0x1f1, (byte) SETUP_SECTORS).putInt(0x202, 0x53726448).putShort(0x206, (short) 0x20f);
        image.putInt(0x248, OFFSET).putInt(0x24c, payload.length).put(start, payload);
        return image.array();
    }
}
