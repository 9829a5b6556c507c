package dmabuf.guest.machine;

import dmabuf.guest.GuestMachine;
import dmabuf.guest.Progress;
import dmabuf.guest.parts.Parts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gets past a check of QEMU's. Its virtio-gpu offers blobs only if it can open {@code /dev/udmabuf} on the host, to show them on a display
 * without copying. The guest's display is not shown to anybody, so where the host has no such device, a copy of the program that opens
 * {@code /dev/null} in its place does as well: QEMU logs that it cannot make a dma-buf of the guest's pages, and goes on.
 *
 * @param machine as it was asked for, or without blobs where there is no way
 * @param program what to start
 * @param environment what it needs besides
 */
record QemuForBlobs(GuestMachine machine, Path program, Map<String, String> environment) {

    private static final Path UDMABUF = Path.of("/dev/udmabuf");
    private static final byte[] WANTED = (UDMABUF + "\0").getBytes(StandardCharsets.US_ASCII);
    private static final byte[] INSTEAD = Arrays.copyOf("/dev/null".getBytes(StandardCharsets.US_ASCII), WANTED.length);

    /**
     * Prepares a program.
     *
     * @param parts has QEMU, from a package or this machine's own
     * @param machine what is to be in the machine
     * @param folder of the run, for the copy
     * @param progress told when there will be no blobs
     */
    static QemuForBlobs of(Parts parts, GuestMachine machine, Path folder, Progress progress) throws IOException {
        Path program = parts.qemu().program();
        if (!machine.hasBlobs() || Files.isWritable(UDMABUF)) {
            return new QemuForBlobs(machine, program, Map.of());
        }
        Optional<Path> modules = modules(parts.qemu());
        if (modules.isPresent()) {
            Optional<byte[]> changed = changed(Files.readAllBytes(program));
            if (changed.isPresent()) {
                Path copy = Files.write(folder.resolve("qemu-without-udmabuf"), changed.get());
                if (copy.toFile().setExecutable(true)) {
                    // It looks for them beside itself.
                    return new QemuForBlobs(machine, copy, Map.of("QEMU_MODULE_DIR", modules.get().toString()));
                }
            }
        }
        // One's own QEMU finds its parts only from where it is installed.
        try (Progress.Step step = progress.begin("leave virtio-gpu with blobs out")) {
            step.done("QEMU wants " + UDMABUF + " for it: sudo modprobe udmabuf");
        }
        return new QemuForBlobs(machine.withoutBlobs(), program, Map.of());
    }

    /** The folder of an unpacked QEMU's modules. */
    private static Optional<Path> modules(Parts.Qemu qemu) {
        return qemu.libraries().stream().map(libraries -> libraries.resolve("qemu")).filter(Files::isDirectory).findFirst();
    }

    /** The program with the other path in its place, if there is exactly one. */
    static Optional<byte[]> changed(byte[] program) {
        List<Integer> places = new ArrayList<>();
        for (int at = 1; at <= program.length - WANTED.length; at++) {
            if (program[at - 1] == 0 && Arrays.equals(program, at, at + WANTED.length, WANTED, 0, WANTED.length)) {
                places.add(at);
            }
        }
        if (places.size() != 1) {
            return Optional.empty();
        }
        byte[] copy = program.clone();
        System.arraycopy(INSTEAD, 0, copy, places.getFirst(), INSTEAD.length);
        return Optional.of(copy);
    }
}
