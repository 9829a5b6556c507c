package dmabuf.guest.parts;

import dmabuf.guest.GuestException;
import dmabuf.guest.GuestSettings;
import dmabuf.guest.Progress;
import dmabuf.guest.image.Decompressor;
import dmabuf.guest.image.KernelImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds what a guest is made of: what the user names, then what the machine's distribution offers as packages, kept in a cache.
 *
 * <p>Not thread-safe.
 */
public final class PartsFinder {

    private static final String KERNEL = "kernel";
    private static final String QEMU = "qemu";
    private static final String BUSYBOX = "busybox";
    /** Begins the name of a folder that ends with the kernel's release. */
    private static final String SAMPLES = "displays-";
    private static final String QEMU_PROGRAM = "qemu-system-x86_64";

    private final GuestSettings settings;
    private final Distribution distribution;
    private final Progress progress;
    private final PartsCache cache;
    private final Decompressor decompressor = new Decompressor(this::program);
    private Apt apt;

    /** Something done with the parts while nobody changes them. */
    @FunctionalInterface
    public interface Use<T> {

        /**
         * Does it.
         *
         * @param parts all there and whole
         * @param decompressor unpacks what they have packed
         * @return what came of it
         * @throws IOException when something cannot be read
         * @throws GuestException when something is missing
         */
        T with(Parts parts, Decompressor decompressor) throws IOException, GuestException;
    }

    /**
     * Looks on this machine.
     *
     * @param settings what the user overrides
     * @param progress where to say what is fetched
     */
    public PartsFinder(GuestSettings settings, Progress progress) {
        this(settings, Distribution.ofThisMachine(), progress);
    }

    PartsFinder(GuestSettings settings, Distribution distribution, Progress progress) {
        this.settings = settings;
        this.distribution = distribution;
        this.progress = progress;
        this.cache = new PartsCache(settings.cache(), progress);
    }

    /**
     * Finds the parts, and fetches those that are not there or are damaged.
     *
     * @param <T> what comes of it
     * @param sampleDisplays whether the modules are wanted that the distribution has as source only; where they cannot be had they are left
     *     out, and progress tells why
     * @param use done with the parts while no other process changes them
     * @return what came of it
     * @throws GuestException when something is missing that cannot be fetched; the message says what, and how to name one's own
     * @throws IOException when fetching fails
     */
    public <T> T find(boolean sampleDisplays, Use<T> use) throws IOException, GuestException {
        requirePackages();
        Path aptFolder = settings.cache().resolve("apt");
        return cache.locked(() -> {
            try {
                return use.with(fetched(sampleDisplays), decompressor);
            } finally {
                apt = null;
                Folders.delete(aptFolder);
            }
        });
    }

    private Parts fetched(boolean sampleDisplays) throws GuestException {
        try {
            return parts(sampleDisplays);
        } catch (IOException e) {
            throw new GuestException(
                    GuestException.Reason.UNUSABLE,
                    "the parts of a guest cannot be fetched: " + e.getMessage() + "\nIs there a network? One's own parts are named in "
                            + String.join(", ", GuestSettings.KERNEL, GuestSettings.MODULES, GuestSettings.QEMU, GuestSettings.BUSYBOX),
                    e);
        }
    }

    private void requirePackages() throws GuestException {
        MissingParts missing = new MissingParts(distribution);
        if (settings.kernel().isEmpty()) {
            missing.add("a kernel with udmabuf, dma-heaps and 9p, and its modules", GuestSettings.KERNEL, GuestSettings.MODULES);
        }
        if (settings.qemu().isEmpty() && Programs.find(QEMU_PROGRAM).isEmpty()) {
            missing.add(QEMU_PROGRAM, GuestSettings.QEMU);
        }
        if (settings.busybox().isEmpty() && ownBusybox().isEmpty()) {
            missing.add("a statically linked busybox", GuestSettings.BUSYBOX);
        }
        missing.check();
    }

    private Parts parts(boolean sampleDisplays) throws IOException, GuestException {
        if (settings.kernel().isPresent()) {
            // As the user gives it: not every kernel can be booted unpacked. Modules of theirs are where the others are.
            return new Parts(settings.kernel().get(), List.of(settings.modules().orElseThrow()), qemu(), busybox());
        }
        List<Path> built = sampleDisplays ? sampleDisplays() : List.of();
        Path folder = cache.folder(KERNEL, this::fetchKernel);
        return new Parts(kernelFile(folder), Stream.concat(Stream.of(modules(folder)), built.stream()).toList(), qemu(), busybox());
    }

    private static Path modules(Path kernel) throws IOException {
        return only(existing(kernel, "lib/modules", "usr/lib/modules"), "a kernel's modules");
    }

    /** Gives the folder of the sample displays' modules. Where they cannot be had the guest does without, and says so. */
    private List<Path> sampleDisplays() {
        try {
            String release = release();
            if (!cache.has(SAMPLES + release)) {
                SampleDisplays.requireTools(settings.cache());
                cache.discardAll(SAMPLES);
                if (apt().buildPackages(release).isEmpty()) {
                    // A mirror keeps the headers of its newest kernel only.
                    cache.discard(KERNEL);
                }
            }
            String current = release();
            return List.of(cache.folder(SAMPLES + current, empty -> buildSampleDisplays(current, empty)));
        } catch (IOException | GuestException e) {
            try (Progress.Step step = progress.begin("leave the sample displays of VFIO out")) {
                step.done(e.getMessage());
            }
            return List.of();
        }
    }

    private void buildSampleDisplays(String release, Path target) throws IOException, GuestException {
        Set<String> names = apt().buildPackages(release);
        if (names.isEmpty()) {
            throw new IOException("this machine's mirror has no linux-headers-" + release + " to build them with");
        }
        Path packages = target.resolve("packages");
        apt().unpack(names, packages);
        SampleDisplays.build(packages, release, program("xz"), target, progress);
        Folders.delete(packages);
    }

    private String release() throws IOException, GuestException {
        return modules(cache.folder(KERNEL, this::fetchKernel)).getFileName().toString();
    }

    private static Path kernelFile(Path folder) throws IOException {
        Path unpacked = folder.resolve("vmlinux");
        return Files.exists(unpacked) ? unpacked : packedKernel(folder);
    }

    private static Path packedKernel(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("boot"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("vmlinuz-"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("the kernel's package has no /boot/vmlinuz-*"));
        }
    }

    private void fetchKernel(Path folder) throws IOException, GuestException {
        Set<String> names = Set.of(apt().kernelPackage("linux-image-amd64"));
        apt().unpack(names, folder);
        Path packed = packedKernel(folder);
        try (Progress.Step step = progress.begin("unpack the kernel")) {
            Optional<byte[]> kernel = KernelImage.unpack(Files.readAllBytes(packed), decompressor);
            if (kernel.isPresent()) {
                Files.write(folder.resolve("vmlinux"), kernel.get());
                Files.delete(packed);
            }
            step.done(packed.getFileName().toString());
        }
    }

    private Parts.Qemu qemu() throws IOException, GuestException {
        Optional<Path> own = settings.qemu();
        if (own.isEmpty() && !distribution.hasPackages()) {
            own = Programs.find(QEMU_PROGRAM);
        }
        if (own.isPresent()) {
            return new Parts.Qemu(own.get(), List.of(), List.of());
        }
        Path folder = cache.folder(QEMU, this::fetchQemu);
        Parts.Qemu qemu = packaged(folder);
        Optional<String> refusal = refusal(qemu);
        if (refusal.isPresent()) {
            // Fetched when this machine had a library that it has lost since: the packages are chosen anew.
            cache.discard(QEMU);
            qemu = packaged(cache.folder(QEMU, this::fetchQemu));
            refusal = refusal(qemu);
        }
        if (refusal.isPresent()) {
            throw new GuestException(
                    GuestException.Reason.UNUSABLE,
                    "the distribution's QEMU does not start: " + refusal.get() + "; name another one in " + GuestSettings.QEMU);
        }
        return qemu;
    }

    private void fetchQemu(Path folder) throws IOException, GuestException {
        apt().unpack(apt().withMissing("qemu-system-x86"), folder);
    }

    private static Parts.Qemu packaged(Path folder) {
        return new Parts.Qemu(
                folder.resolve("usr/bin").resolve(QEMU_PROGRAM),
                libraries(folder),
                List.of(folder.resolve("usr/share/qemu"), folder.resolve("usr/share/seabios")));
    }

    private static List<Path> libraries(Path folder) {
        return List.of(folder.resolve("usr/lib/x86_64-linux-gnu"), folder.resolve("lib/x86_64-linux-gnu"));
    }

    private static Optional<String> refusal(Parts.Qemu qemu) throws IOException {
        HostCommand command = HostCommand.of(qemu.program().toString(), "--version");
        HostCommand.Outcome outcome = command.environment("LD_LIBRARY_PATH", joined(qemu.libraries())).run();
        return outcome.status() == 0 ? Optional.empty() : Optional.of(outcome.errors().strip());
    }

    private static String joined(List<Path> folders) {
        return String.join(":", folders.stream().map(Path::toString).toList());
    }

    private Optional<Path> ownBusybox() {
        return distribution.hasPackages() ? Optional.empty() : Programs.find("busybox");
    }

    private Path busybox() throws IOException, GuestException {
        Optional<Path> own = settings.busybox().or(this::ownBusybox);
        if (own.isPresent()) {
            return own.get();
        }
        Path folder = cache.folder(BUSYBOX, empty -> apt().unpack(Set.of("busybox-static"), empty));
        return existing(folder, "bin/busybox", "usr/bin/busybox");
    }

    /** Finds a program that unpacks something: this machine's, or one from a package. */
    private List<String> program(String name) throws IOException, GuestException {
        Optional<Path> own = Programs.find(name);
        if (own.isPresent()) {
            return List.of(own.get().toString());
        }
        if (!distribution.hasPackages()) {
            throw new GuestException(GuestException.Reason.UNUSABLE, "the program " + name + " is missing; install it");
        }
        String packageName = name.equals("xz") ? "xz-utils" : name;
        Path folder = cache.folder(name, empty -> apt().unpack(apt().withMissing(packageName), empty));
        String path = joined(libraries(folder));
        return List.of("env", "LD_LIBRARY_PATH=" + path, existing(folder, "usr/bin/" + name, "bin/" + name).toString());
    }

    private Apt apt() throws IOException, GuestException {
        if (apt == null) {
            Path folder = settings.cache().resolve("apt");
            Folders.delete(folder);
            apt = Apt.open(folder, distribution.codename(), progress);
        }
        return apt;
    }

    /** Gives the first that is there: distributions have moved /bin and /lib into /usr. */
    private static Path existing(Path folder, String... candidates) throws IOException {
        for (String candidate : candidates) {
            if (Files.exists(folder.resolve(candidate))) {
                return folder.resolve(candidate);
            }
        }
        throw new IOException(folder + " has none of " + String.join(", ", candidates));
    }

    private static Path only(Path folder, String what) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.findFirst().orElseThrow(() -> new IOException(folder + " should have " + what + " and is empty"));
        }
    }
}
