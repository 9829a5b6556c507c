package dmabuf.guest.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.guest.GuestException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelModulesTest {

    private static final Decompressor NO_PROGRAMS = new Decompressor(name -> {
        throw new IOException("no program is needed: " + name);
    });

    @TempDir
    Path folder;

    @BeforeEach
    void layOutModules() throws IOException {
        Files.createDirectories(folder.resolve("kernel/net/9p"));
        module("kernel/net/9p/9pnet.ko", "depends=");
        module("kernel/net/9p/9pnet_virtio.ko", "license=GPL", "depends=9pnet,virtio-ring", "name=9pnet_virtio");
        module("kernel/9p.ko", "depends=9pnet,netfs");
        module("kernel/netfs.ko", "depends=");
        module("kernel/virtio-gpu.ko", "depends=drm");
        module("kernel/lost.ko", "depends=nowhere");
        module("kernel/hen.ko", "depends=egg");
        module("kernel/egg.ko", "depends=hen");
        Files.writeString(folder.resolve("modules.builtin"), "kernel/drivers/virtio/virtio_ring.ko\nkernel/drivers/gpu/drm/drm.ko\n");
    }

    @Test
    void dependenciesComeFirstAndOnce() throws Exception {
        assertEquals(List.of("9pnet", "netfs", "9p", "9pnet_virtio"), order("9p", "9pnet_virtio"));
    }

    @Test
    void dashInNameIsUnderscore() throws Exception {
        assertEquals(List.of("virtio_gpu"), order("virtio-gpu"));
        assertEquals(List.of("virtio_gpu"), order("virtio_gpu"));
    }

    @Test
    void builtInModuleIsLeftOut() throws Exception {
        assertEquals(List.of(), order("drm", "virtio-ring"));
    }

    @Test
    void missingModuleIsNamedWithWhoNeedsIt() {
        assertTrue(assertThrows(GuestException.class, () -> order("absent")).getMessage().contains("no module absent: looked in"));
        assertTrue(assertThrows(GuestException.class, () -> order("lost"))
                .getMessage()
                .contains("no module nowhere, which lost needs"));
    }

    @Test
    void moduleOfALaterFolderCounts() throws Exception {
        Path built = Files.createDirectory(folder.resolve("built"));
        byte[] object = ElfBuilder.module("depends=netfs");
        Files.write(built.resolve("9p.ko"), object);

        KernelModules modules = new KernelModules(List.of(folder.resolve("kernel"), built), NO_PROGRAMS);

        assertArrayEquals(object, modules.inOrder(List.of("9p")).getLast().object());
        assertTrue(modules.has("virtio_gpu") && !modules.has("mdpy"));
    }

    @Test
    void circleIsReported() {
        assertEquals(
                "modules need each other: hen -> egg -> hen",
                assertThrows(IOException.class, () -> order("hen")).getMessage());
    }

    @Test
    void packedModuleIsUnpacked() throws Exception {
        byte[] plain = ElfBuilder.module("depends=netfs");
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        }
        Files.write(folder.resolve("kernel/small.ko.gz"), packed.toByteArray());

        List<KernelModules.Module> modules = new KernelModules(List.of(folder), NO_PROGRAMS).inOrder(List.of("small"));

        assertEquals("netfs", modules.get(0).name());
        assertArrayEquals(plain, modules.get(1).object());
    }

    @Test
    void modulesThatAreNoneAreReported() throws IOException {
        byte[] good = ElfBuilder.module("depends=");
        Files.write(folder.resolve("kernel/cut.ko"), Arrays.copyOf(good, good.length - 100));
        Files.writeString(folder.resolve("kernel/text.ko"), "no kernel module, only text, ".repeat(9));

        assertTrue(assertThrows(IOException.class, () -> order("cut")).getMessage().contains("cut off"));
        assertTrue(assertThrows(IOException.class, () -> order("text")).getMessage().contains("no ELF header"));
    }

    private List<String> order(String... wanted) throws Exception {
        return new KernelModules(List.of(folder), NO_PROGRAMS)
                .inOrder(List.of(wanted)).stream().map(KernelModules.Module::name).toList();
    }

    private void module(String path, String... entries) throws IOException {
        Files.write(folder.resolve(path), ElfBuilder.module(entries));
    }
}
