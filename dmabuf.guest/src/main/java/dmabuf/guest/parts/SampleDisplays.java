package dmabuf.guest.parts;

import dmabuf.guest.GuestException;
import dmabuf.guest.GuestSettings;
import dmabuf.guest.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The kernel's own sample displays of VFIO, mediated devices that are the same everywhere: {@code mbochs} shows its screen as dma-bufs,
 * {@code mdpy} as a region. No distribution packages them, so they are built, from the source of the kernel that will boot and against
 * its headers, with this machine's compiler.
 */
public final class SampleDisplays {

    /** The one whose planes are dma-bufs. */
    public static final String MBOCHS = "mbochs";
    /** The one whose plane is a region. */
    public static final String MDPY = "mdpy";
    /** All of them. */
    public static final List<String> NAMES = List.of(MBOCHS, MDPY);

    private static final List<String> TOOLS = List.of("gcc", "make");
    private static final List<String> SOURCES = List.of("mbochs.c", "mdpy.c", "mdpy-defs.h");
    private static final String SOURCE_FOLDER = "samples/vfio-mdev";
    private static final String MAKEFILE = "obj-m := mbochs.o mdpy.o\n";
    /** {@code 6.12.95+deb12-amd64} is a 6.12, and the packages of its sources are called so. */
    private static final Pattern SERIES = Pattern.compile("(\\d+\\.\\d+)\\D.*");
    /** What the kernel was built with, in the file that its headers keep it in. */
    private static final Pattern COMPILER = Pattern.compile("\\bgcc-\\d+\\b");
    /** What neither make nor the kernel's makefiles can have in a path. */
    private static final Pattern SPLIT = Pattern.compile("[\\s:#$'\"]");
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private SampleDisplays() {}

    /**
     * Looks whether they can be built here.
     *
     * @param folder where they would be
     * @throws GuestException when not; the message says what is missing
     */
    static void requireTools(Path folder) throws GuestException {
        requireTools(folder, TOOLS, System.getenv());
    }

    static void requireTools(Path folder, List<String> tools, Map<String, String> environment) throws GuestException {
        List<String> missing = tools.stream().filter(name -> Programs.find(name, environment).isEmpty()).toList();
        if (!missing.isEmpty()) {
            throw new GuestException(
                    GuestException.Reason.UNUSABLE,
                    String.join(" and ", missing) + ", which they are built with, " + (missing.size() == 1 ? "is" : "are")
                            + " not here: sudo apt-get install " + String.join(" ", missing));
        }
        if (SPLIT.matcher(folder.toString()).find()) {
            throw new GuestException(
                    GuestException.Reason.UNUSABLE, "make cannot work in " + folder + "; name another folder in " + GuestSettings.CACHE);
        }
    }

    /** Names the package with the source of a kernel: {@code linux-source-6.12}. */
    static String sourcePackage(String release) throws IOException {
        Matcher matcher = SERIES.matcher(release);
        if (!matcher.matches()) {
            throw new IOException("the kernel's release " + release + " does not begin with a version");
        }
        return "linux-source-" + matcher.group(1);
    }

    /**
     * Builds them.
     *
     * @param packages the unpacked packages: headers, kbuild, source
     * @param release of the kernel: {@code 6.12.95+deb12-amd64}
     * @param xz the start of a command line that unpacks xz
     * @param target gets the modules
     */
    static void build(Path packages, String release, List<String> xz, Path target, Progress progress) throws IOException {
        try (Progress.Step step = progress.begin("build the sample displays " + String.join(" and ", NAMES))) {
            Path sources = Files.createDirectories(packages.resolve("displays"));
            String series = sourcePackage(release);
            HostCommand.of("tar", "--use-compress-program=" + String.join(" ", xz), "--strip-components=3", "-C", sources.toString())
                    .with("-xf", packages.resolve("usr/src/" + series + ".tar.xz").toString())
                    .with(SOURCES.stream().map(file -> series + "/" + SOURCE_FOLDER + "/" + file).toArray(String[]::new))
                    .named("tar of " + series)
                    .limit(PATIENCE)
                    .check();
            Files.writeString(sources.resolve("Makefile"), MAKEFILE);
            Path headers = packages.resolve("usr/src/linux-headers-" + release);
            relocate(headers.resolve("Makefile"), packages);
            make(headers, sources, packages).check();
            for (String name : NAMES) {
                Files.copy(sources.resolve(name + ".ko"), target.resolve(name + ".ko"));
            }
            step.done("for " + release);
        }
    }

    /** The makefile includes another one by where that is once it is installed. */
    static void relocate(Path makefile, Path packages) throws IOException {
        String text = Files.readString(makefile, StandardCharsets.UTF_8);
        String unpacked = Matcher.quoteReplacement("include " + packages + "/usr/src/");
        Files.writeString(makefile, text.replaceAll("(?m)^include /usr/src/", unpacked));
    }

    private static HostCommand make(Path headers, Path sources, Path packages) throws IOException {
        // Without descriptions of types, for which it wants another program, and without those for debuggers.
        List<String> line = new ArrayList<>(List.of("make", "-C", headers.toString(), "M=" + sources));
        line.addAll(List.of("CONFIG_DEBUG_INFO_BTF_MODULES=", "CONFIG_DEBUG_INFO="));
        Matcher named = COMPILER.matcher(Files.readString(headers.resolve(".kernelvariables")));
        if (!named.find() || Programs.find("x86_64-linux-gnu-" + named.group()).isEmpty()) {
            line.add("CC=gcc");
        }
        line.add("modules");
        String libraries = packages.resolve("usr/lib/x86_64-linux-gnu") + ":" + packages.resolve("lib/x86_64-linux-gnu");
        return HostCommand.of(line)
                .named("make of the kernel's modules")
                .environment("LD_LIBRARY_PATH", libraries)
                .limit(PATIENCE);
    }
}
