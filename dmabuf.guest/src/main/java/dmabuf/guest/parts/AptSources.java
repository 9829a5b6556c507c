package dmabuf.guest.parts;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The package sources of this machine, read from what apt itself says that it would update, and those derived from them: no address of a
 * mirror is known here.
 */
final class AptSources {

    /** A line of {@code apt-get --print-uris update}: {@code 'BASE/dists/SUITE/InRelease' …}. */
    private static final Pattern RELEASE = Pattern.compile("'(.+?)/+dists/([^']+)/InRelease' .*");

    /** Debian releases whose own kernel is too old, and where a newer one is. Every later release has 6.12 or newer. */
    private static final Map<String, String> KERNEL_SUITES = Map.of("bookworm", "bookworm-backports");

    private record Source(String base, String suite) {}

    private final Set<Source> sources = new LinkedHashSet<>();
    private final String kernelSuite;

    private AptSources(String kernelSuite) {
        this.kernelSuite = kernelSuite;
    }

    /**
     * Reads the sources.
     *
     * @param printUris the output of {@code apt-get --print-uris update}
     * @param codename the release that this machine runs: {@code bookworm}
     * @return the sources of that release, and the kernel's; empty when there is none of that release
     */
    static Optional<AptSources> of(String printUris, String codename) {
        // A machine may name its release by its role.
        List<String> names = List.of(codename, "stable", "oldstable");
        AptSources found = new AptSources(KERNEL_SUITES.getOrDefault(codename, codename));
        Source own = null;
        for (String line : printUris.lines().toList()) {
            Matcher matcher = RELEASE.matcher(line);
            if (!matcher.matches()) {
                continue;
            }
            Source source = new Source(matcher.group(1), matcher.group(2));
            if (names.contains(source.suite)) {
                own = own == null ? source : own;
                found.sources.add(source);
            } else if (names.stream().anyMatch(name -> source.suite.startsWith(name + "-"))) {
                found.sources.add(source);
            }
        }
        if (own == null) {
            return Optional.empty();
        }
        if (KERNEL_SUITES.containsKey(codename)) {
            found.sources.add(new Source(own.base, found.kernelSuite));
        }
        return Optional.of(found);
    }

    /** The suite that the kernel comes from. */
    String kernelSuite() {
        return kernelSuite;
    }

    /** Gives the content of a sources.list. */
    String list(Optional<String> keyring) {
        StringBuilder text = new StringBuilder();
        for (Source source : sources) {
            text.append("deb ");
            keyring.ifPresent(file -> text.append("[signed-by=").append(file).append("] "));
            text.append(source.base).append(' ').append(source.suite).append(" main\n");
        }
        return text.toString();
    }
}
