package dmabuf.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.itest.container.ContainerJars;
import dmabuf.itest.container.InContainer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;

/** The promise of hot swap under load, whole: a thousand swaps under eight importers and another process. Nothing in it is timed. */
@InContainer(DmaBufPlatform.class)
@ExtendWith(NoLeaks.class)
class SoakIT {

    private static final int SWAPS = 1000;
    private static final int THREADS = 8;
    private static final List<String> CHECKS = List.of(
            "lost or torn bytes", "unexpected exceptions", "other process's status", "dma-bufs", "memfds", "device nodes", "sockets",
            "mappings", "mapped bytes", "threads", "exporter class loaders");
    private static final String HOME = "dmabuf.home";

    private final Deployment deployment;
    private final String home = System.getProperty(HOME);

    SoakIT(BundleContext context) {
        deployment = new Deployment(context);
    }

    @BeforeEach
    void deploy(@TempDir Path folder) throws Exception {
        Path script = Files.writeString(folder.resolve("dmabuf"), """
                #!/bin/sh
                exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp '%s' %s "$@"
                """.formatted(ContainerJars.classPath(), SoakPeer.class.getName()));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        System.setProperty(HOME, folder.toString());
        deployment.onSimulatedDevices().install("exporter.udmabuf");
        deployment.install("dmabuf.share");
        deployment.install("dmabuf.soak");
    }

    @AfterEach
    void undeploy() throws Exception {
        deployment.close();
        if (home == null) {
            System.clearProperty(HOME);
        } else {
            System.setProperty(HOME, home);
        }
    }

    /** Half a minute where nothing else runs; a machine that has much else to do gets all the time that it needs. */
    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void thousandSwapsUnderEightImportersLoseNothingAndLeaveNothing() {
        @SuppressWarnings("unchecked")
        ToIntFunction<String[]> soak = deployment.service(ToIntFunction.class, "(dmabuf.verb=soak)");
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = System.out;
        int status;
        try (PrintStream capture = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            System.setOut(capture);
            status = soak.applyAsInt(new String[] {"--swaps", "" + SWAPS, "--threads", "" + THREADS, "--exporter", "udmabuf"});
        } finally {
            System.setOut(out);
        }
        String text = said.toString(StandardCharsets.UTF_8);
        String summary = text.substring(Math.max(0, text.indexOf(SWAPS + " swaps of exporter.udmabuf")));
        out.print(summary);
        assertEquals(0, status, text);
        assertTrue(summary.startsWith("1000 swaps of exporter.udmabuf (udmabuf on /dev/udmabuf, simulated): "
                + "334 stop/start, 333 update, 333 uninstall/install; in "), text);
        assertTrue(number(summary, THREADS + " importers: ") >= SWAPS * THREADS, text);
        number(summary, "longest pause that an importer saw: ");
        for (String check : CHECKS) {
            assertTrue(summary.contains("\n  ok    " + check + " "), () -> check + " does not hold: " + text);
        }
        assertTrue(summary.endsWith("\nall holds\n"), text);
    }

    private static long number(String text, String before) {
        return Pattern.compile(Pattern.quote(before) + "(\\d+)").matcher(text).results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(before + " is missing: " + text));
    }
}
