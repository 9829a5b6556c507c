package dmabuf.guest.image;

import dmabuf.guest.GuestException;
import dmabuf.guest.GuestMachine;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes the guest's first root: a busybox, the kernel's modules in order, and the script that brings the command to run. */
public final class InitialRamDisk {

    /** What the shared root needs. */
    private static final List<String> SHARED_ROOT = List.of("9p", "9pnet_virtio");

    private static final List<String> FOLDERS = List.of("bin", "control", "dev", "host", "modules", "out", "proc", "root", "sys", "tmp");

    private InitialRamDisk() {}

    /**
     * Makes the archive.
     *
     * @param machine says which modules
     * @param modules of the kernel that will boot
     * @param busybox statically linked
     * @return a cpio archive
     * @throws GuestException when the kernel lacks a module
     * @throws IOException when something cannot be read
     */
    public static byte[] build(GuestMachine machine, KernelModules modules, Path busybox) throws IOException, GuestException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CpioWriter archive = new CpioWriter(new BufferedOutputStream(bytes))) {
            for (String folder : FOLDERS) {
                archive.folder(folder, 0755);
            }
            archive.node("dev/console", 0600, 5, 1);
            archive.file("bin/busybox", 0755, Files.readAllBytes(busybox));
            archive.file("init", 0755, script());
            StringBuilder order = new StringBuilder();
            Map<String, String> parameters = parameters(machine);
            for (KernelModules.Module module : modules.inOrder(names(machine))) {
                archive.file("modules/" + module.name() + ".ko", 0644, module.object());
                order.append(module.name()).append(parameters.getOrDefault(module.name(), "")).append('\n');
            }
            archive.file("modules/order", 0644, order.toString().getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static List<String> names(GuestMachine machine) {
        List<String> names = new ArrayList<>(SHARED_ROOT);
        machine.modules().forEach(module -> names.add(module.split(" ", 2)[0]));
        return names;
    }

    private static Map<String, String> parameters(GuestMachine machine) {
        Map<String, String> parameters = new HashMap<>();
        for (String module : machine.modules()) {
            String[] words = module.split(" ", 2);
            if (words.length == 2) {
                parameters.put(KernelModules.canonical(words[0]), " " + words[1]);
            }
        }
        return parameters;
    }

    private static byte[] script() throws IOException {
        try (InputStream in = InitialRamDisk.class.getResourceAsStream("init")) {
            if (in == null) {
                throw new IOException("the script \"init\" is missing beside " + InitialRamDisk.class.getName());
            }
            return in.readAllBytes();
        }
    }
}
