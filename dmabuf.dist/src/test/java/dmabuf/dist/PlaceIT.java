package dmabuf.dist;

import static dmabuf.dist.Command.script;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the distribution lies, from where it is called, and which JDK it finds. */
class PlaceIT {

    @TempDir
    private Path folder;

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path one, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(one)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path one, BasicFileAttributes attributes) throws IOException {
                if (!one.getParent().endsWith("cache")) {
                    Files.copy(one, to.resolve(from.relativize(one)));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Test
    void worksFromAnywhereThroughLinksAndInFoldersWithBlanks() throws Exception {
        Path home = folder.resolve("a place with blanks & 'quotes'");
        copy(Command.HOME, home);
        Path link = Files.createSymbolicLink(folder.resolve("link"), home.resolve("dmabuf"));
        Path linkToLink = Files.createSymbolicLink(folder.resolve("link to link"), Path.of("link"));
        Command.Ended first = script(linkToLink, "exporters", "--kernel", "simulated").in(Path.of("/")).run().succeeds();
        assertEquals("dmabuf: preparing for a quick start (once for this build)", first.err().strip());
        Command.Ended second = script(link, "exporters", "--kernel", "simulated").in(home).run().succeeds();
        assertEquals("", second.err(), "the cache is made once, and quietly used");
        assertEquals(first.out(), second.out());
        script(home.resolve("dmabuf"), "demo").with("DMABUF_KERNEL", "simulated").run().succeeds();
        try (Stream<Path> files = Files.list(home.resolve("cache"))) {
            assertEquals(1, files.filter(file -> file.toString().endsWith(".aot") && file.toFile().length() > 0).count());
        }
    }

    @Test
    void classesComeFromTheCacheOnceItIsTrained() throws Exception {
        Command.dmabuf("exporters", "--kernel", "simulated").run().succeeds();
        Path log = folder.resolve("classes");
        Command.dmabuf("exporters", "--kernel", "simulated").with("DMABUF_JAVA_OPTS", "-Xlog:class+load=info:file=" + log).run().succeeds();
        for (String name : new String[] {"dmabuf.dist.Main", "org.apache.felix.framework.Felix"}) {
            assertTrue(Files.readAllLines(log).stream().anyMatch(line -> line.contains(name + " source: shared objects file")), name);
        }
    }

    @Test
    void distributionThatCannotBeWrittenWorksWithoutCache() throws Exception {
        Path home = folder.resolve("readonly");
        copy(Command.HOME, home);
        // A file where the folder of the cache would be stops root as well.
        Files.deleteIfExists(home.resolve("cache"));
        Files.createFile(home.resolve("cache"));
        assertEquals("", script(home.resolve("dmabuf"), "exporters", "--kernel", "simulated").run().succeeds().err());
    }

    @Test
    void spoiltCacheDoesNoHarm() throws Exception {
        Path home = folder.resolve("spoilt");
        copy(Command.HOME, home);
        script(home.resolve("dmabuf"), "exporters", "--kernel", "simulated").run().succeeds();
        try (var files = Files.list(home.resolve("cache"))) {
            for (Path file : files.filter(one -> one.toString().endsWith(".aot")).toList()) {
                Files.writeString(file, "spoilt");
            }
        }
        assertEquals("", script(home.resolve("dmabuf"), "exporters", "--kernel", "simulated").run().succeeds().err());
    }

    @Test
    void jdkIsFoundInTheUsualFoldersAndOldOnesArePassedOver() throws Exception {
        Path jdks = Files.createDirectory(folder.resolve("my jdks"));
        fakeJdk(jdks.resolve("a-17"), "17.0.15");
        fakeJdk(jdks.resolve("b-8"), "1.8.0_402");
        Path old = fakeJdk(folder.resolve("old"), "24.0.1");
        Files.createSymbolicLink(jdks.resolve("c-now"), Path.of(System.getProperty("java.home")));
        Command.dmabuf("exporters", "--kernel", "simulated").with("JAVA_HOME", old.toString()).with("DMABUF_JDKS", "/nowhere:" + jdks)
                .run().succeeds();
    }

    @Test
    void missingJdkIsSaidWithWhatWasSeen() throws Exception {
        Path jdks = Files.createDirectory(folder.resolve("jdks"));
        fakeJdk(jdks.resolve("a"), "17.0.15");
        Path bin = Files.createDirectory(folder.resolve("bin"));
        for (String tool : new String[] {"bash", "uname", "dirname", "readlink"}) {
            Files.createSymbolicLink(bin.resolve(tool), Path.of("/usr/bin", tool));
        }
        Command.dmabuf("exporters").with("JAVA_HOME", "/nowhere").with("PATH", bin.toString()).with("DMABUF_JDKS", jdks.toString())
                .run().fails(1, "no JDK 25 or later", "JAVA_HOME has none", "jdks/a is 17", "adoptium.net");
    }

    private static Path fakeJdk(Path home, String version) throws IOException {
        Files.createDirectories(home.resolve("bin"));
        for (String tool : new String[] {"java", "javac"}) {
            Path file = Files.writeString(home.resolve("bin").resolve(tool), "#!/bin/sh\necho 'never run'\nexit 3\n");
            assertTrue(file.toFile().setExecutable(true));
        }
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }
}
