package dmabuf.guest.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.guest.GuestMachine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitialRamDiskTest {

    @TempDir
    Path folder;

    @Test
    void modulesAreListedInOrderWithTheirParameters() throws Exception {
        for (String name : List.of("9p", "9pnet_virtio", "v4l2-common")) {
            Files.write(folder.resolve(name + ".ko"), ElfBuilder.module("depends="));
        }
        Files.write(folder.resolve("vivid.ko"), ElfBuilder.module("depends=v4l2-common"));
        Path busybox = Files.writeString(folder.resolve("busybox"), "a program");
        KernelModules modules = new KernelModules(List.of(folder), new Decompressor(List::of));

        byte[] archive = InitialRamDisk.build(GuestMachine.plain().withModule("vivid n_devs=2 no_error_inj=1"), modules, busybox);

        List<CpioReader.Entry> entries = CpioReader.read(archive);
        assertEquals("9p\n9pnet_virtio\nv4l2_common\nvivid n_devs=2 no_error_inj=1\n", text(entries, "modules/order"));
        assertEquals("a program", text(entries, "bin/busybox"));
        assertTrue(text(entries, "init").startsWith("#!/bin/busybox sh\n"));
        assertTrue(entries.stream().anyMatch(entry -> entry.path().equals("modules/vivid.ko")));
    }

    @Test
    void whatTheKernelLacksIsDoneWithoutWhereTheMachineSaysSo() throws Exception {
        for (String name : List.of("9p", "9pnet_virtio", "kvm-amd")) {
            Files.write(folder.resolve(name + ".ko"), ElfBuilder.module("depends="));
        }
        Path busybox = Files.writeString(folder.resolve("busybox"), "a program");
        KernelModules modules = new KernelModules(List.of(folder), new Decompressor(List::of));
        GuestMachine machine = GuestMachine.plain().withModule("-kvm-amd npt=1").withModule("-mdpy").withMediated("mdpy/vga");

        List<CpioReader.Entry> entries = CpioReader.read(InitialRamDisk.build(machine, modules, busybox));

        assertEquals("9p\n9pnet_virtio\n-kvm_amd npt=1\n", text(entries, "modules/order"));
        assertEquals("mdpy vga\n", text(entries, "modules/mediated"));
        assertEquals(List.of("mdpy"), InitialRamDisk.absent(machine, modules));
    }

    private static String text(List<CpioReader.Entry> entries, String path) {
        return entries.stream()
                .filter(entry -> entry.path().equals(path))
                .map(entry -> new String(entry.content(), StandardCharsets.UTF_8))
                .findFirst()
                .orElseThrow();
    }
}
