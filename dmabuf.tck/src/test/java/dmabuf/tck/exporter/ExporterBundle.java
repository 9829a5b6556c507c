package dmabuf.tck.exporter;

import dmabuf.tck.exporter.wrong.RightExporter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Makes the bundle of one of the exporters of these tests: its class, those it extends and uses, and a manifest. */
final class ExporterBundle {

    private static final String IMPORTS = "dmabuf.api;version=\"[1.0,2)\",dmabuf.fd;version=\"[1.0,2)\",dmabuf.linux;version=\"[1.0,2)\","
            + "dmabuf.linux.drm;version=\"[1.0,2)\",dmabuf.spi;version=\"[1.0,2)\",org.osgi.framework;version=\"[1.8,2)\"";

    private ExporterBundle() {}

    static void write(Path jar, Class<? extends RightExporter> exporter, String... headers) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", "exporter.of.the.tests");
        main.putValue("Bundle-Activator", exporter.getName());
        main.putValue("Import-Package", IMPORTS);
        for (String header : headers) {
            String[] parts = header.split(": ", 2);
            main.putValue(parts[0], parts[1]);
        }
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            for (Class<?> type : classes(exporter)) {
                String path = type.getName().replace('.', '/') + ".class";
                out.putNextEntry(new JarEntry(path));
                try (InputStream in = type.getClassLoader().getResourceAsStream(path)) {
                    in.transferTo(out);
                }
                out.closeEntry();
            }
        }
    }

    private static List<Class<?>> classes(Class<? extends RightExporter> exporter) {
        List<Class<?>> classes = new ArrayList<>(List.of(RightExporter.class));
        if (exporter.getDeclaringClass() != null) {
            classes.add(exporter.getDeclaringClass());
        }
        if (exporter != RightExporter.class) {
            for (Class<?> type = exporter; type != RightExporter.class; type = type.getSuperclass()) {
                classes.add(type);
                classes.addAll(List.of(type.getDeclaredClasses()));
            }
        }
        return classes;
    }
}
