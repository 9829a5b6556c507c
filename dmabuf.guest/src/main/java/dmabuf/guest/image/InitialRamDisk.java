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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
            List<Wanted> wanted = machine.modules().stream().map(Wanted::of).filter(each -> each.isPossible(modules)).toList();
            Map<String, String> lines = new HashMap<>();
            wanted.forEach(each -> lines.put(each.name, each.line()));
            StringBuilder order = new StringBuilder();
            List<String> names = Stream.concat(SHARED_ROOT.stream(), wanted.stream().map(Wanted::name)).toList();
            for (KernelModules.Module module : modules.inOrder(names)) {
                archive.file("modules/" + module.name() + ".ko", 0644, module.object());
                order.append(lines.getOrDefault(module.name(), module.name())).append('\n');
            }
            archive.file("modules/order", 0644, order.toString().getBytes(StandardCharsets.UTF_8));
            String mediated = machine.mediated().stream().map(each -> each.replace('/', ' ') + "\n").collect(Collectors.joining());
            archive.file("modules/mediated", 0644, mediated.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    /**
     * Tells which modules the archive will be without.
     *
     * @param machine says which modules
     * @param modules of the kernel that will boot
     * @return those that the kernel lacks and the machine does without
     */
    public static List<String> absent(GuestMachine machine, KernelModules modules) {
        return machine.modules().stream().map(Wanted::of).filter(each -> !each.isPossible(modules)).map(Wanted::name).toList();
    }

    /** A module as a machine names it: {@code -vivid n_devs=1}. */
    private record Wanted(boolean optional, String name, String parameters) {

        static Wanted of(String text) {
            boolean optional = text.startsWith("-");
            String[] words = (optional ? text.substring(1) : text).split(" ", 2);
            return new Wanted(optional, KernelModules.canonical(words[0]), words.length == 2 ? " " + words[1] : "");
        }

        boolean isPossible(KernelModules modules) {
            return !optional || modules.has(name);
        }

        /** Its line in the file that init reads. */
        String line() {
            return (optional ? "-" : "") + name + parameters;
        }
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
