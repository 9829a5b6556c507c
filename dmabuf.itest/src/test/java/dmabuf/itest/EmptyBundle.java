package dmabuf.itest;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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

    private static final String COMPONENT = "OSGI-INF/component.xml";

    private EmptyBundle() {}

    static InputStream of(String symbolicName, String version) throws IOException {
        return of(symbolicName, version, "dmabuf.spi;version=\"[1.0,2)\"", List.of(StopHook.class.getName()));
    }

    /** A bundle of classes of the tests, the first of which is its activator. */
    static InputStream of(String symbolicName, String version, String imports, List<String> classes) throws IOException {
        Manifest manifest = manifest(symbolicName, version, imports);
        manifest.getMainAttributes().putValue("Bundle-Activator", classes.getFirst());
        return jar(manifest, classes, "");
    }

    /**
     * A bundle of classes of the tests, the first of which is an immediate component.
     *
     * @param body what is in its {@code component} element: what it references and provides
     */
    static InputStream ofComponent(String symbolicName, String imports, List<String> classes, String body) throws IOException {
        Manifest manifest = manifest(symbolicName, "1.0.0", imports);
        manifest.getMainAttributes().putValue("Service-Component", COMPONENT);
        return jar(manifest, classes, """
                <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="%s" immediate="true" activate="activate"
                        deactivate="deactivate">
                  <implementation class="%s"/>
                  %s
                </scr:component>
                """.formatted(symbolicName, classes.getFirst(), body));
    }

    private static Manifest manifest(String symbolicName, String version, String imports) {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", symbolicName);
        headers.putValue("Bundle-Version", version);
        headers.putValue("Import-Package", imports + ",org.osgi.framework;version=\"[1.8,2)\"");
        return manifest;
    }

    private static InputStream jar(Manifest manifest, List<String> classes, String component) throws IOException {
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
            if (!component.isEmpty()) {
                out.putNextEntry(new JarEntry(COMPONENT));
                out.write(component.getBytes(StandardCharsets.UTF_8));
                out.closeEntry();
            }
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }
}
