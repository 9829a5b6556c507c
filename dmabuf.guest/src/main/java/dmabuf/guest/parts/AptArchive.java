package dmabuf.guest.parts;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A package file that apt is about to fetch.
 *
 * @param file the name that it will have
 * @param size its size in bytes
 * @param sha256 its hash, in hex, from the signed index
 */
record AptArchive(String file, long size, String sha256) {

    /** A line of {@code apt-get download --print-uris}. */
    private static final Pattern LINE = Pattern.compile("'.+' (\\S+) (\\d+) SHA256:([0-9a-f]{64})");

    /** Reads the output of {@code apt-get download --print-uris}. */
    static List<AptArchive> of(String printUris) throws IOException {
        List<AptArchive> archives = new ArrayList<>();
        for (String line : printUris.strip().lines().toList()) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new IOException("apt-get download --print-uris says what is not understood here: " + line);
            }
            archives.add(new AptArchive(matcher.group(1), Long.parseLong(matcher.group(2)), matcher.group(3)));
        }
        return archives;
    }
}
