package dmabuf.itest;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * A bundle in whose name a test registers exporters, through its bundle context. It has no classes of its own but {@link StopHook}, which
 * says when it is stopped.
 */
final class EmptyBundle {

    private EmptyBundle() {}

    static InputStream of(String symbolicName, String version) throws IOException {
        return of(symbolicName, version, "dmabuf.spi;version=\"[1.0,2)\"", List.of(StopHook.class.getName()));
    }

    /** A bundle of classes of the tests, the first of which is its activator. */
    static InputStream of(String symbolicName, String version, String imports, List<String> classes) throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", symbolicName);
        headers.putValue("Bundle-Version", version);
        headers.putValue("Bundle-Activator", classes.getFirst());
        headers.putValue("Import-Package", imports + ",org.osgi.framework;version=\"[1.8,2)\"");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream out = new JarOutputStream(bytes, manifest)) {
            for (String name : classes) {
                String path = name.replace('.', '/') + ".class";
                out.putNextEntry(new JarEntry(path));
                try (InputStream in = EmptyBundle.class.getClassLoader().getResourceAsStream(path)) {
                    in.transferTo(out);
                }
                out.closeEntry();
            }
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }
}
