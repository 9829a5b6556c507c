package dmabuf.tck.exporter;

import dmabuf.api.ExportRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.jar.Manifest;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;

/** The ranges in which users of the contract import its packages, by the versions that are on the class path. */
final class ImportRange {

    private static final Map<String, Version> EXPORTED = exported();

    private ImportRange() {}

    private static Map<String, Version> exported() {
        Map<String, Version> versions = new HashMap<>();
        try {
            for (URL url : Collections.list(ExportRequest.class.getClassLoader().getResources("META-INF/MANIFEST.MF"))) {
                try (InputStream in = url.openStream()) {
                    new Clauses(new Manifest(in).getMainAttributes().getValue("Export-Package")).versions().forEach((name, version) -> {
                        if (name.startsWith("dmabuf.") && version != null) {
                            versions.put(name, Version.parseVersion(version));
                        }
                    });
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return versions;
    }

    /** The widest range that is right, for messages. */
    static String of(String name) {
        Version version = EXPORTED.get(name);
        return version == null ? "a version of a package that is on the class path of the test"
                : "[" + version.getMajor() + ".0," + (version.getMajor() + 1) + ")";
    }

    /** Whether a range lets in the version that is here, and no next major one. */
    static boolean isRight(String name, String range) {
        Version version = EXPORTED.get(name);
        if (version == null || range == null) {
            return false;
        }
        VersionRange parsed = VersionRange.valueOf(range);
        Version next = new Version(version.getMajor() + 1, 0, 0);
        return parsed.includes(version) && parsed.getRight() != null && parsed.getRight().compareTo(next) <= 0 && !parsed.includes(next);
    }
}
