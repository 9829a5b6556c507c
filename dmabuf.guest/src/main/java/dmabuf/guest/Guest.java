package dmabuf.guest;

import dmabuf.guest.image.InitialRamDisk;
import dmabuf.guest.image.KernelModules;
import dmabuf.guest.machine.VirtualMachine;
import dmabuf.guest.parts.AtExit;
import dmabuf.guest.parts.Parts;
import dmabuf.guest.parts.PartsFinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A real Linux in an emulated machine, with this machine's files and JDK inside: {@code Guest.prepare(…).run(command, options)}.
 *
 * <p>Kernel and QEMU are fetched as packages of the machine's distribution the first time, and installed nowhere. Each run is a boot of
 * its own. The root of this machine is seen inside, read-only, under the same paths; {@code /tmp} and {@code /run} are the guest's own.
 *
 * <p>Thread-safe: several guests may run at once. QEMU ends with this process, however that ends.
 */
public final class Guest {

    private final Parts parts;
    private final byte[] ramDisk;
    private final GuestMachine machine;
    private final GuestSettings settings;
    private final Progress progress;

    private Guest(Parts parts, byte[] ramDisk, GuestMachine machine, GuestSettings settings, Progress progress) {
        this.parts = parts;
        this.ramDisk = ramDisk;
        this.machine = machine;
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Gets everything ready that a machine needs: fetched, checked, unpacked.
     *
     * @param machine devices and modules
     * @param settings what the user overrides
     * @param progress told what is done
     * @return a guest that can be booted any number of times
     * @throws GuestException when something is missing on this machine; the message says what, and how to name one's own
     * @throws IOException when fetching or unpacking fails
     */
    public static Guest prepare(GuestMachine machine, GuestSettings settings, Progress progress) throws IOException, GuestException {
        return new PartsFinder(settings, progress).find(machine.hasSampleDisplays(), (parts, decompressor) -> {
            KernelModules modules = new KernelModules(parts.modules(), decompressor);
            List<String> absent = InitialRamDisk.absent(machine, modules);
            if (!absent.isEmpty()) {
                try (Progress.Step step = progress.begin("do without modules that the kernel lacks")) {
                    step.done(String.join(", ", absent));
                }
            }
            return new Guest(parts, InitialRamDisk.build(machine, modules, parts.busybox()), machine, settings, progress);
        });
    }

    /**
     * Boots, runs a command, and switches off.
     *
     * @param command a program, by path or name, and its arguments
     * @param options where and how
     * @return what came back
     * @throws GuestException when the guest dies, panics, takes too long, or brings no exit status back; with the end of its console
     * @throws IOException when a file of the run cannot be written or read
     */
    public GuestResult run(List<String> command, GuestOptions options) throws IOException, GuestException {
        Path folder = AtExit.temporaryFolder("dmabuf-guest");
        try {
            Path image = Files.write(folder.resolve("initrd"), ramDisk);
            return new VirtualMachine(parts, image, machine, settings.accelerator(), options, folder, progress).run(command);
        } finally {
            AtExit.deleteNow(folder);
        }
    }
}
