package dmabuf.dist;

import static dmabuf.dist.Command.dmabuf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verb run, without a terminal: commands from standard input, and a deploy folder that is watched. */
class RunIT {

    private static final Path EXPORTER = Command.HOME.resolve("deploy/exporter.udmabuf.jar");

    @TempDir
    private Path deploy;

    private Command run() {
        return dmabuf("run", "--deploy", deploy, "--kernel", "simulated").start();
    }

    private static void say(Command command, String line) throws IOException {
        Writer input = command.input();
        input.write(line + "\n");
        input.flush();
    }

    /** Asks until the answer is as expected: the folder is looked at twice a second. */
    private static void await(Command command, String question, String expected) throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        do {
            int before = command.out().length();
            say(command, question + "\nlb -s dmabuf.api");
            String answer = command.awaitOut(out -> out.lastIndexOf("dmabuf.api") > before).substring(before);
            if (answer.matches("(?s)" + expected + ".*dmabuf\\.api.*")) {
                return;
            }
        } while (System.nanoTime() < end);
        throw new AssertionError(question + " never answered " + expected + ": " + command.out() + command.err());
    }

    /** Puts a jar in place as a careful operator does: whole, at once. */
    private void deploy(Path jar, String name) throws IOException {
        Path part = Files.copy(jar, deploy.resolve(name + ".part"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(part, deploy.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path withVersion(Path jar, String version, Path result) throws IOException {
        try (InputStream file = Files.newInputStream(jar); JarInputStream in = new JarInputStream(file)) {
            Manifest manifest = in.getManifest();
            manifest.getMainAttributes().putValue("Bundle-Version", version);
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(result), manifest)) {
                for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
                    out.putNextEntry(new JarEntry(entry.getName()));
                    in.transferTo(out);
                }
            }
        }
        return result;
    }

    @Test
    void jarsAreSwappedWhileItRuns(@TempDir Path other) throws Exception {
        try (Command command = run()) {
            await(command, "exporters", "(?!udmabuf)");
            deploy(EXPORTER, "driver.jar");
            await(command, "exporters", "udmabuf .*simulated.* gen 1 ");
            deploy(withVersion(EXPORTER, "1.0.9", other.resolve("newer.jar")), "driver.jar");
            await(command, "exporters", "udmabuf .*simulated.* gen 2 .*exporter\\.udmabuf 1\\.0\\.9");
            Files.delete(deploy.resolve("driver.jar"));
            await(command, "exporters", "(?!udmabuf)");
            say(command, "exit");
            command.await().succeeds();
        }
    }

    @Test
    void configurationFileInTheFolderCountsAtOnce() throws Exception {
        deploy(EXPORTER, "driver.jar");
        try (Command command = run()) {
            await(command, "exporters", "udmabuf ");
            Files.writeString(deploy.resolve("exporter.udmabuf.cfg"), "device = /dev/nosuch\n");
            await(command, "exporters", "(?!udmabuf)");
            Files.delete(deploy.resolve("exporter.udmabuf.cfg"));
            await(command, "exporters", "udmabuf ");
            command.input().close();
            command.await().succeeds();
        }
    }

    @Test
    void commandsAnswerInDetailAndInRows() throws Exception {
        deploy(EXPORTER, "driver.jar");
        try (Command command = run()) {
            say(command, "exporter udmabuf");
            say(command, "buffers");
            say(command, "measure");
            say(command, "measure udmabuf");
            say(command, "measure nosuch");
            say(command, "help buffers");
            say(command, "exporter nosuch");
            say(command, "nosuch");
            command.input().close();
            Command.Ended ended = command.await().leavesNothing();
            assertEquals(1, ended.status(), "the status is that of the last command: " + ended);
            assertTrue(ended.out().lines().anyMatch(line -> line.matches("lifetime +self-contained")), ended::toString);
            long measured = ended.out().lines().filter(line -> line.matches("udmabuf .* simulated: nothing to measure")).count();
            assertEquals(2, measured, ended::toString);
            assertTrue(ended.out().contains("lists the buffers that are alive in this process"), ended::toString);
            assertTrue(ended.err().contains("dmabuf: no exporter is called nosuch\n"), ended::toString);
            assertTrue(ended.err().contains("nosuch"), ended::toString);
        }
    }

    @Test
    void interruptEndsItAndLeavesNothing() throws Exception {
        try (Command command = run()) {
            say(command, "lb");
            command.awaitOut(out -> out.contains("System Bundle"));
            command.signal("INT");
            assertEquals(130, command.await().leavesNothing().status());
        }
    }
}
