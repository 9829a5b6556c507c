package dmabuf.dist;

import static dmabuf.dist.Command.script;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script in a source tree: a small one, whose Maven only writes down that it was called, and copies what was built before. */
class SourceTreeIT {

    @TempDir
    private Path folder;

    private Path tree;
    private Path source;
    private Path calls;

    @BeforeEach
    void plant() throws IOException {
        tree = Files.createDirectory(folder.resolve("tree of mine"));
        calls = folder.resolve("calls");
        Files.copy(Command.HOME.resolve("dmabuf"), tree.resolve("dmabuf"));
        Files.createFile(tree.resolve("pom.xml"));
        source = Files.createDirectories(tree.resolve("dmabuf.core/src/main")).resolve("Some.java");
        Files.createFile(source);
        maven("mkdir -p dmabuf.dist/target && rm -rf dmabuf.dist/target/dmabuf && cp -r '" + Command.HOME + "' dmabuf.dist/target/");
    }

    private void maven(String does) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path mvn = bin.resolve("mvn");
        Files.writeString(mvn, "#!/bin/sh\necho \"$@\" >>'" + calls + "'\n" + does + "\n");
        assertTrue(mvn.toFile().setExecutable(true));
    }

    private Command.Builder dmabuf(Object... arguments) {
        return script(tree.resolve("dmabuf"), arguments).with("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
    }

    private Command.Builder exporters() {
        return dmabuf("exporters", "--kernel", "simulated");
    }

    private int calls() throws IOException {
        return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
    }

    /** As if it had been edited now, and the tree built a while ago. */
    private void edit(Path file) throws IOException {
        Files.setLastModifiedTime(tree.resolve("target/dmabuf.stamp"), FileTime.from(Instant.now().minusSeconds(60)));
        for (Path other : List.of(source, source.getParent(), tree.resolve("pom.xml"), tree.resolve("dmabuf"))) {
            if (Files.exists(other)) {
                Files.setLastModifiedTime(other, FileTime.from(Instant.now().minusSeconds(other.equals(file) ? 0 : 120)));
            }
        }
    }

    @Test
    void buildsOnceAndAgainWhenASourceChangesOrGoes() throws Exception {
        Command.Ended first = exporters().run().succeeds();
        assertTrue(first.err().contains("dmabuf: building"), first::toString);
        assertTrue(first.out().startsWith("EXPORTER"), "what the build says is not in the output: " + first);
        assertEquals("", exporters().run().succeeds().err());
        assertEquals(1, calls());
        edit(source);
        exporters().run().succeeds();
        assertEquals(2, calls());
        Files.delete(source);
        edit(source.getParent());
        exporters().run().succeeds();
        assertEquals(3, calls());
    }

    @Test
    void twoAtOnceBuildOnce() throws Exception {
        try (Command one = exporters().start(); Command other = exporters().start()) {
            one.await().succeeds();
            other.await().succeeds();
        }
        assertEquals(1, calls());
    }

    @Test
    void buildThatFailsShowsItsReasonAndIsTriedAgain() throws Exception {
        maven("echo '[INFO] much'; echo '[ERROR] Some.java: the reason'; echo '[ERROR]'; exit 1");
        for (int i = 1; i <= 2; i++) {
            Command.Ended ended = exporters().run();
            assertEquals(1, ended.status(), ended::toString);
            assertEquals("", ended.out());
            assertEquals(List.of("dmabuf: building (once, until a source changes)", "[ERROR] Some.java: the reason",
                    "dmabuf: the build failed; all of it is in " + tree + "/target/dmabuf-build.log"), ended.err().lines().toList());
            assertEquals(i, calls());
        }
    }

    @Test
    void missingMavenIsSaid() throws Exception {
        Path bin = Files.createDirectory(folder.resolve("tools"));
        for (String tool : new String[] {"bash", "uname", "dirname", "readlink", "find"}) {
            Files.createSymbolicLink(bin.resolve(tool), Path.of("/usr/bin", tool));
        }
        Command.Builder command = script(tree.resolve("dmabuf"), "exporters").with("PATH", bin.toString()).with("HOME", folder.toString());
        if (Files.exists(Path.of("/usr/share/maven/bin/mvn"))) {
            // Found without any PATH: that it then lacks its own tools is its business.
            assertEquals(1, command.run().status());
        } else {
            command.run().fails(1, "no Maven", "apt install maven");
        }
    }

    @Test
    void testsAreCountedAndTheStatusSaysWhetherAllPassed() throws Exception {
        Files.createDirectories(tree.resolve("a/target/surefire-reports"));
        Files.createDirectories(tree.resolve("b/target/failsafe-reports"));
        report("a/target/surefire-reports/TEST-old.xml", 100, 50, 0, 0);
        Files.setLastModifiedTime(tree.resolve("a/target/surefire-reports/TEST-old.xml"), FileTime.from(Instant.EPOCH));
        maven("cp -r '" + folder + "'/reports/. .");
        Path reports = Files.createDirectory(folder.resolve("reports"));
        copyReport(reports, "a/target/surefire-reports/TEST-a.xml", 10, 0, 0, 2);
        copyReport(reports, "b/target/failsafe-reports/TEST-b.xml", 5, 0, 0, 0);
        Command.Ended good = dmabuf("test", "-pl", "a").run().succeeds();
        assertEquals("13 passed, 0 failed, 2 skipped", good.out().lines().toList().getLast());
        assertEquals("-B -ntp verify -pl a", Files.readString(calls).strip());
        copyReport(reports, "a/target/surefire-reports/TEST-a.xml", 10, 1, 2, 2);
        Command.Ended bad = dmabuf("test").run();
        assertEquals(1, bad.status(), bad::toString);
        assertEquals("10 passed, 3 failed, 2 skipped", bad.out().lines().toList().getLast());
    }

    @Test
    void runWithoutTestsIsAFailure() throws Exception {
        maven("exit 0");
        Command.Ended ended = dmabuf("test").run();
        assertEquals(1, ended.status(), ended::toString);
        assertEquals("0 passed, 0 failed, 0 skipped", ended.out().lines().toList().getLast());
    }

    private static void copyReport(Path reports, String name, int tests, int failures, int errors, int skipped) throws IOException {
        Files.createDirectories(reports.resolve(name).getParent());
        Files.writeString(reports.resolve(name), text(tests, failures, errors, skipped));
    }

    private void report(String name, int tests, int failures, int errors, int skipped) throws IOException {
        Files.writeString(tree.resolve(name), text(tests, failures, errors, skipped));
    }

    private static String text(int tests, int failures, int errors, int skipped) {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="3.0.2" name="X" time="0.1" tests="%d" \
                errors="%d" skipped="%d" failures="%d" flakes="0">
                  <testcase name="aTest" classname="X" time="0.01"><failure>&lt;testsuite tests="99"&gt;</failure></testcase>
                </testsuite>
                """.formatted(tests, errors, skipped, failures);
    }
}
