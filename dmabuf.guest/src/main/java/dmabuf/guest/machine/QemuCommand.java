package dmabuf.guest.machine;

import dmabuf.guest.GuestMachine;
import dmabuf.guest.parts.Parts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes QEMU's command line. */
final class QemuCommand {

    private QemuCommand() {}

    /**
     * The command line of a guest.
     *
     * @param parts kernel and QEMU
     * @param program the QEMU to start
     * @param ramDisk the first root
     * @param machine devices, memory, and what else is asked for
     * @param accelerator the value of {@code -accel}
     * @param folder of the run: its console goes there
     * @param control a folder that guest and host both write to
     * @param out a folder for the command's results
     */
    static List<String> of(
            Parts parts, Path program, Path ramDisk, GuestMachine machine, String accelerator, Path folder, Path control,
            Optional<Path> out) {
        List<String> line = new ArrayList<>();
        line.add(program.toString());
        parts.qemu().data().forEach(data -> line.addAll(List.of("-L", data.toString())));
        line.addAll(List.of("-M", machine.hasBlobs() ? "q35,memory-backend=memory" : "q35", "-accel", accelerator));
        if (machine.hasBlobs()) {
            String size = ",size=" + machine.memoryMegabytes() + "M";
            line.addAll(List.of("-object", "memory-backend-memfd,id=memory,share=on" + size));
        }
        // With cx16, QEMU 7.2's multi-threaded emulation makes the kernel fail at random.
        line.addAll(List.of("-cpu", "max,-cx16"));
        line.addAll(List.of("-smp", String.valueOf(machine.processors()), "-m", String.valueOf(machine.memoryMegabytes())));
        line.addAll(List.of("-display", "none", "-nodefaults", "-vga", "none", "-no-reboot", "-no-user-config"));
        line.addAll(List.of("-serial", "file:" + folder.resolve("console")));
        line.addAll(List.of("-device", "virtio-rng-pci"));
        machine.devices().forEach(device -> line.addAll(List.of("-device", device)));
        line.addAll(share("control", control, ""));
        line.addAll(share("host", Path.of("/"), ",readonly=on,multidevs=remap"));
        out.ifPresent(results -> line.addAll(share("out", results, "")));
        line.addAll(List.of("-kernel", parts.kernel().toString(), "-initrd", ramDisk.toString()));
        line.addAll(List.of("-append", kernelLine(machine)));
        line.addAll(machine.qemuArguments());
        return line;
    }

    private static List<String> share(String tag, Path path, String options) {
        // A comma in a value is doubled.
        String escaped = path.toString().replace(",", ",,");
        return List.of("-virtfs", "local,path=" + escaped + ",mount_tag=" + tag + ",security_model=none" + options);
    }

    private static String kernelLine(GuestMachine machine) {
        // An oops ends the guest, and with -no-reboot a panic ends QEMU: neither may pass for a good run.
        List<String> words = new ArrayList<>(List.of("console=ttyS0", "quiet", "oops=panic", "panic=-1"));
        words.addAll(machine.kernelArguments());
        return String.join(" ", words);
    }
}
