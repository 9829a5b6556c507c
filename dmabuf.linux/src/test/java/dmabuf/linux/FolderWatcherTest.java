package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Subscription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that come, go and change, in a folder that may come and go itself. */
class FolderWatcherTest {

    private static final long SECONDS = 10;

    private final LinuxSyscalls kernel = new LinuxSyscalls();
    private final BlockingQueue<List<String>> heard = new LinkedBlockingQueue<>();
    private long inotifies;

    @TempDir
    private Path folder;

    @BeforeEach
    void count() throws Exception {
        inotifies = inotifies();
    }

    @AfterEach
    void closingEndsTheThreadAndItsDescriptors() throws Exception {
        kernel.shutDown();
        await(() -> Thread.getAllStackTraces().keySet().stream().noneMatch(thread -> thread.getName().equals("dmabuf-devices")));
        assertEquals(inotifies, inotifies());
    }

    private static long inotifies() throws IOException {
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
            return links.filter(link -> {
                        try {
                            String target = Files.readSymbolicLink(link).toString();
                            return target.equals("anon_inode:inotify") || target.contains("[eventfd]");
                        } catch (IOException e) {
                            return false; // The listing's own.
                        }
                    })
                    .count();
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "not within " + SECONDS + " s");
            Thread.onSpinWait();
        }
    }

    private Subscription watch(Path watched) {
        return kernel.devices().watch(watched.toString(), () -> heard.add(kernel.devices().list(watched.toString())));
    }

    /** Waits until the watcher, which looks for itself each time it is told, has seen this. */
    private void hears(Path... nodes) throws InterruptedException {
        List<String> expected = Stream.of(nodes).map(Path::toString).toList();
        List<String> last;
        do {
            last = heard.poll(SECONDS, TimeUnit.SECONDS);
            assertTrue(last != null, "was not told of " + expected);
        } while (!last.equals(expected));
    }

    @Test
    void nodesThatComeAndGoAreHeard() throws Exception {
        Path node = folder.resolve("node");
        try (Subscription watch = watch(folder)) {
            assertTrue(watch != null);
            Files.createFile(node);
            hears(node);
            Path other = Files.move(node, folder.resolve("other"));
            hears(other);
            Files.delete(other);
            hears();
        }
    }

    @Test
    void whatCameWhileTheWatchWasBeingPlacedIsHeard() throws Exception {
        for (int round = 0; round < 20; round++) {
            try (Subscription watch = watch(folder)) {
                assertTrue(watch != null);
                Path node = Files.createFile(folder.resolve("node"));
                hears(node);
                Files.delete(node);
                hears();
            }
        }
    }

    @Test
    void changedPermissionsAreHeard() throws Exception {
        Path node = Files.createFile(folder.resolve("node"));
        try (Subscription watch = watch(folder)) {
            assertTrue(watch != null);
            hears(node);
            Files.setPosixFilePermissions(node, PosixFilePermissions.fromString("rw-rw----"));
            hears(node);
        }
    }

    @Test
    void writingToANodeIsNotHeard() throws Exception {
        Path node = Files.createFile(folder.resolve("node"));
        try (Subscription watch = watch(folder)) {
            assertTrue(watch != null);
            hears(node);
            for (int i = 0; i < 100; i++) {
                Files.writeString(node, "x");
            }
            Path other = Files.createFile(folder.resolve("other"));
            assertEquals(List.of(node.toString(), other.toString()), heard.poll(SECONDS, TimeUnit.SECONDS));
            assertEquals(null, heard.poll(20, TimeUnit.MILLISECONDS), "nothing but the new node");
        }
    }

    @Test
    void folderThatComesLaterIsWatchedThroughItsAncestors() throws Exception {
        Path deep = folder.resolve("a/b/c");
        try (Subscription watch = watch(deep)) {
            assertTrue(watch != null);
            Files.createDirectories(deep);
            Path node = Files.createFile(deep.resolve("node"));
            hears(node);
            Files.createFile(deep.resolve("second"));
            hears(node, deep.resolve("second"));
        }
    }

    @Test
    void folderThatGoesAndComesBackIsWatchedAgain() throws Exception {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Path node = Files.createFile(inner.resolve("node"));
        try (Subscription watch = watch(inner)) {
            assertTrue(watch != null);
            for (int round = 0; round < 3; round++) {
                Files.delete(node);
                Files.delete(inner);
                hears();
                Files.createDirectory(inner);
                Files.createFile(node);
                hears(node);
            }
        }
    }

    @Test
    void folderThatIsMovedAwayIsNotMistakenForTheOneThatIsWatched() throws Exception {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Files.createFile(inner.resolve("node"));
        try (Subscription watch = watch(inner)) {
            assertTrue(watch != null);
            Files.move(inner, folder.resolve("elsewhere"));
            hears();
            Files.createDirectory(inner);
            Path node = Files.createFile(inner.resolve("other"));
            hears(node);
        }
    }

    @Test
    void severalWatchersOfOneFolderHearAndEndEachForItself() throws Exception {
        BlockingQueue<String> second = new LinkedBlockingQueue<>();
        Subscription one = watch(folder);
        try (Subscription two = kernel.devices().watch(folder.toString(), () -> second.add("told"))) {
            assertTrue(two != null);
            hears();
            assertEquals("told", second.poll(SECONDS, TimeUnit.SECONDS));
            Path node = Files.createFile(folder.resolve("node"));
            hears(node);
            assertEquals("told", second.poll(SECONDS, TimeUnit.SECONDS));
            one.close();
            one.close();
            Files.delete(node);
            assertEquals("told", second.poll(SECONDS, TimeUnit.SECONDS));
            assertEquals(null, heard.poll(20, TimeUnit.MILLISECONDS));
        }
    }

    @Test
    void watcherThatFailsDoesNotKeepOthersFromHearing() throws Exception {
        Runnable failing = () -> {
            throw new IllegalStateException("on purpose");
        };
        try (Subscription bad = kernel.devices().watch(folder.toString(), failing);
                Subscription good = watch(folder)) {
            assertFalse(bad == good);
            hearsAfter(Files.createFile(folder.resolve("node")));
            hearsAfter(Files.createFile(folder.resolve("node2")));
        }
    }

    private void hearsAfter(Path node) throws InterruptedException {
        List<String> last;
        do {
            last = heard.poll(SECONDS, TimeUnit.SECONDS);
            assertTrue(last != null, "was not told of " + node);
        } while (!last.contains(node.toString()));
    }

    @Test
    void watcherMayEndItsWatchAndBeginAnother() throws Exception {
        BlockingQueue<Subscription> inner = new LinkedBlockingQueue<>();
        Subscription[] own = new Subscription[1];
        synchronized (own) {
            own[0] = kernel.devices().watch(folder.toString(), () -> {
                synchronized (own) {
                    own[0].close();
                }
                inner.add(watch(folder));
            });
        }
        try (Subscription second = inner.poll(SECONDS, TimeUnit.SECONDS)) {
            assertTrue(second != null);
            hears();
            hearsAfter(Files.createFile(folder.resolve("other")));
        }
    }

    @Test
    void watchAfterTheEndHearsNothingAndOpensNothing() throws Exception {
        kernel.shutDown();
        try (Subscription watch = watch(folder)) {
            assertTrue(watch != null);
            assertEquals(inotifies, inotifies());
        }
    }

    @Test
    void lastWatchThatEndsTakesTheThreadWithIt() throws Exception {
        for (int round = 0; round < 3; round++) {
            try (Subscription watch = watch(folder)) {
                assertTrue(watch != null);
                Files.createFile(folder.resolve("node" + round));
                assertTrue(heard.poll(SECONDS, TimeUnit.SECONDS) != null);
            }
            await(() -> {
                try {
                    return inotifies() == inotifies;
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
        }
    }
}
