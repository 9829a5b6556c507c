package dmabuf.demo;

import dmabuf.api.BufferSource;
import dmabuf.api.ExporterProperties;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/** Updates an exporter's bundle to its own jar with a higher version in the manifest, as an operator would to a new release. */
final class ExporterUpdate {

    private ExporterUpdate() {}

    /**
     * What came of it.
     *
     * @param version the new version of the bundle
     * @param properties of the exporter's new incarnation
     * @param time that the update took, until the new incarnation was there
     */
    record Result(String version, ExporterProperties properties, String time) {}

    static Result run(Stage stage, ExporterProperties old) {
        Bundle bundle = Arrays.stream(stage.context().getBundles())
                .filter(one -> one.getSymbolicName().equals(old.bundle()) && one.getVersion().toString().equals(old.bundleVersion()))
                .findFirst()
                .orElseThrow(() -> new Checks.CheckFailed("bundle of " + old, old.bundle() + " " + old.bundleVersion(), "none"));
        Version version = new Version(bundle.getVersion().getMajor(), bundle.getVersion().getMinor(), bundle.getVersion().getMicro() + 1);
        byte[] jar = withVersion(jarOf(bundle), version);
        Stopwatch time = Stopwatch.start();
        try {
            bundle.update(new ByteArrayInputStream(jar));
        } catch (BundleException e) {
            throw new IllegalStateException("cannot update " + bundle + ": " + e.getMessage(), e);
        }
        BufferSource source = stage.source();
        return new Result(version.toString(), source.properties(), time.toString());
    }

    private static Path jarOf(Bundle bundle) {
        String location = bundle.getLocation();
        try {
            return Path.of(new URI(location.substring(location.indexOf("file:"))));
        } catch (URISyntaxException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalStateException("the bundle " + bundle + " was not installed from a file, but from " + location, e);
        }
    }

    private static byte[] withVersion(Path jar, Version version) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (InputStream file = Files.newInputStream(jar);
                JarInputStream in = new JarInputStream(file)) {
            Manifest manifest = in.getManifest();
            manifest.getMainAttributes().putValue(Constants.BUNDLE_VERSION, version.toString());
            try (JarOutputStream out = new JarOutputStream(bytes, manifest)) {
                copyEntries(in, out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + jar + ": " + e.getMessage(), e);
        }
        return bytes.toByteArray();
    }

    private static void copyEntries(JarInputStream in, JarOutputStream out) throws IOException {
        for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
            out.putNextEntry(new JarEntry(entry.getName()));
            in.transferTo(out);
            out.closeEntry();
        }
    }
}
