package dmabuf.bench.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;

/** What a framework has to export of the class path, so that bundles and the program around them share the classes of a contract. */
final class SystemPackages {

    private SystemPackages() {}

    /** The exports of the bundles on the class path that have these symbolic names. */
    static String of(List<String> names) throws IOException {
        List<String> exports = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(":")) {
            String file = Path.of(entry).getFileName().toString();
            if (names.contains(file.replaceFirst("(-[0-9].*)?\\.jar$", ""))) {
                try (JarFile jar = new JarFile(entry)) {
                    exports.add(jar.getManifest().getMainAttributes().getValue("Export-Package"));
                }
            }
        }
        if (exports.size() != names.size()) {
            throw new IOException("not all of " + names + " are on the class path");
        }
        return String.join(",", exports);
    }
}
