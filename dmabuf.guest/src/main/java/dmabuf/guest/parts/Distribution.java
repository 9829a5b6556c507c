package dmabuf.guest.parts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The distribution that this machine runs.
 *
 * @param name for messages: {@code Debian GNU/Linux 12 (bookworm)}
 * @param codename the release: {@code bookworm}; empty when it says none
 * @param hasPackages whether kernel and QEMU can be fetched from it
 */
record Distribution(String name, String codename, boolean hasPackages) {

    /** Looks at this machine. */
    static Distribution ofThisMachine() {
        List<String> lines;
        try {
            lines = Files.readAllLines(Path.of("/etc/os-release"));
        } catch (IOException e) {
            lines = List.of();
        }
        boolean tools = Programs.find("apt-get").isPresent() && Programs.find("dpkg").isPresent();
        return of(lines, tools && System.getProperty("os.arch").equals("amd64"));
    }

    static Distribution of(List<String> osRelease, boolean tools) {
        Map<String, String> values = new HashMap<>();
        for (String line : osRelease) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1).strip().replaceAll("^[\"']|[\"']$", ""));
            }
        }
        String codename = values.getOrDefault("VERSION_CODENAME", "");
        boolean debian = values.getOrDefault("ID", "").equals("debian");
        return new Distribution(
                values.getOrDefault("PRETTY_NAME", "an unknown Linux"), codename, tools && debian && !codename.isEmpty());
    }
}
