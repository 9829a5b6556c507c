package dmabuf.guest.parts;

import dmabuf.guest.GuestException;
import dmabuf.guest.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * apt with lists, cache and sources of its own, so that nothing of the machine's is changed and no rights are needed. Hashes and
 * signatures are apt's to check; packages are unpacked, never installed.
 */
final class Apt {

    private static final Path KEYRING = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");
    private static final Duration PATIENCE = Duration.ofMinutes(15);
    private static final double MEGABYTE = 1e6;

    private final Path folder;
    private final AptSources sources;
    private final Progress progress;

    private Apt(Path folder, AptSources sources, Progress progress) {
        this.folder = folder;
        this.sources = sources;
        this.progress = progress;
    }

    /** Makes one with fresh lists, in an empty folder. */
    static Apt open(Path folder, String codename, Progress progress) throws IOException, GuestException {
        String uris = HostCommand.of("apt-get", "--print-uris", "update").check();
        Optional<AptSources> sources = AptSources.of(uris, codename);
        if (sources.isEmpty()) {
            throw new GuestException(
                    GuestException.Reason.UNUSABLE,
                    "apt has no source of this machine's own release, " + codename + "; look at /etc/apt/sources.list");
        }
        Files.createDirectories(folder.resolve("lists/partial"));
        Files.createDirectories(folder.resolve("cache/archives/partial"));
        Optional<String> keyring = Files.isReadable(KEYRING) ? Optional.of(KEYRING.toString()) : Optional.empty();
        Files.writeString(folder.resolve("sources.list"), sources.get().list(keyring));
        Apt apt = new Apt(folder, sources.get(), progress);
        try (Progress.Step step = progress.begin("fetch package lists")) {
            apt.command("apt-get").with("-qq", "-o", "APT::Update::Error-Mode=any", "update")
                    .named("apt-get update")
                    .limit(PATIENCE)
                    .check();
            step.done("");
        }
        return apt;
    }

    private HostCommand command(String program) {
        return HostCommand.of(program)
                .with("-o", "Dir::Etc::SourceList=" + folder.resolve("sources.list"))
                .with("-o", "Dir::Etc::SourceParts=/dev/null")
                .with("-o", "Dir::State::Lists=" + folder.resolve("lists"))
                .with("-o", "Dir::Cache=" + folder.resolve("cache"))
                .with("-o", "Acquire::Languages=none")
                .with("-o", "Acquire::Retries=3")
                .with("-o", "Acquire::http::Timeout=30")
                // The unprivileged user that apt switches to cannot write to our folders.
                .with("-o", "APT::Sandbox::User=root");
    }

    /** Gives a package of the kernel's suite that another one there, which names no version, stands for. */
    String kernelPackage(String metaPackage) throws IOException, GuestException {
        String text = command("apt-cache").with("-o", "APT::Default-Release=" + sources.kernelSuite(), "depends", metaPackage)
                .named("apt-cache depends " + metaPackage)
                .check();
        return text.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("Depends: linux-image-"))
                .map(line -> line.substring("Depends: ".length()))
                .findFirst()
                .orElseThrow(() -> new GuestException(
                        GuestException.Reason.UNUSABLE,
                        "the suite " + sources.kernelSuite() + " of this machine's mirror has no " + metaPackage));
    }

    /**
     * Gives the packages that modules are built with for a kernel, its source among them, all of one version, and the libraries that their
     * programs need and this machine does not have. Empty when the mirror no longer has that kernel.
     */
    Set<String> buildPackages(String release) throws IOException {
        // It fails where there is none.
        HostCommand.Outcome shown = command("apt-cache").with("--no-all-versions", "show", "linux-headers-" + release).run();
        Set<String> names = buildPackages(release, shown.output());
        for (String name : List.copyOf(names)) {
            if (name.startsWith("linux-kbuild-")) {
                withMissing(name).stream().filter(each -> each.startsWith("lib")).forEach(names::add);
            }
        }
        return names;
    }

    static Set<String> buildPackages(String release, String shown) throws IOException {
        Optional<String> version = field(shown, "Version: ");
        if (version.isEmpty()) {
            return Set.of();
        }
        Set<String> names = new LinkedHashSet<>(List.of("linux-headers-" + release));
        Stream.of(field(shown, "Depends: ").orElse("").split("[,|]"))
                .map(each -> each.strip().split(" ", 2)[0])
                .filter(each -> each.startsWith("linux-headers-") || each.startsWith("linux-kbuild-"))
                .forEach(names::add);
        names.add(SampleDisplays.sourcePackage(release) + "=" + version.get());
        return names;
    }

    private static Optional<String> field(String text, String name) {
        return text.lines().filter(line -> line.startsWith(name)).map(line -> line.substring(name.length())).findFirst();
    }

    /** Gives a package with what it needs and this machine does not have. */
    Set<String> withMissing(String name) throws IOException {
        Set<String> names = new LinkedHashSet<>();
        names.add(name);
        command("apt-get").with("install", "--simulate", "--no-install-recommends", name)
                .named("apt-get install --simulate " + name)
                .check()
                .lines()
                .filter(line -> line.startsWith("Inst "))
                .map(line -> line.split(" ")[1])
                .forEach(names::add);
        return names;
    }

    /** Fetches packages and unpacks them into a folder. */
    void unpack(Set<String> names, Path target) throws IOException {
        Path debs = Files.createDirectories(folder.resolve("debs"));
        List<String> list = new ArrayList<>(names);
        HostCommand uris = command("apt-get").with("download", "--print-uris").with(list.toArray(String[]::new)).in(debs)
                .named("apt-get download --print-uris");
        List<AptArchive> archives = AptArchive.of(uris.check());
        fetch(list, archives, debs);
        try (Progress.Step step = progress.begin("unpack packages")) {
            for (AptArchive archive : archives) {
                step.detail(archive.file());
                HostCommand.of("dpkg", "-x", debs.resolve(archive.file()).toString(), target.toString()).check();
            }
            step.done("" + archives.size());
        }
        Folders.delete(debs);
    }

    private void fetch(List<String> names, List<AptArchive> archives, Path debs) throws IOException {
        double total = archives.stream().mapToLong(AptArchive::size).sum() / MEGABYTE;
        String what = names.size() == 1 ? names.getFirst() : names.getFirst() + " and " + (names.size() - 1) + " more";
        try (Progress.Step step = progress.begin("fetch " + what)) {
            command("apt-get").with("-qq", "download").with(names.toArray(String[]::new))
                    .named("apt-get download")
                    .in(debs)
                    .limit(PATIENCE)
                    .meanwhile(() -> step.detail(String.format(Locale.ROOT, "%.0f of %.0f MB", size(debs) / MEGABYTE, total)))
                    .check();
            for (AptArchive archive : archives) {
                verify(debs.resolve(archive.file()), archive);
            }
            step.done(String.format(Locale.ROOT, "%.1f MB", total));
        }
    }

    /** Looks once more at what arrived: a name that apt leaves behind is no proof of its content. */
    static void verify(Path file, AptArchive archive) throws IOException {
        if (!Files.exists(file) || Files.size(file) != archive.size() || !Manifest.hash(file).equals(archive.sha256())) {
            throw new IOException("the package file " + archive.file() + " did not arrive whole; try again");
        }
    }

    private static long size(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException e) {
            // Only shown, and a file may just be renamed.
            return 0;
        }
    }
}
