package dmabuf.guest.parts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.guest.GuestException;
import dmabuf.guest.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PartsCacheTest {

    @TempDir
    Path temporary;

    private Path root;
    private PartsCache cache;
    private final AtomicInteger made = new AtomicInteger();

    @BeforeEach
    void openCache() {
        root = temporary.resolve("cache");
        cache = new PartsCache(root, Progress.SILENT);
    }

    @Test
    void folderIsMadeOnceAndReused() throws Exception {
        Path first = kernel();
        Path second = new PartsCache(root, Progress.SILENT).locked(() -> cache.folder("kernel", this::make));

        assertEquals(first, second);
        assertEquals(1, made.get());
        assertEquals("kernel 1", Files.readString(second.resolve("vmlinux")));
    }

    @Test
    void damagedFolderIsMadeAnew() throws Exception {
        Files.writeString(kernel().resolve("vmlinux"), "kern");

        assertEquals("kernel 2", Files.readString(kernel().resolve("vmlinux")));
    }

    @Test
    void foldersOfOneKindAreForgottenTogether() throws Exception {
        Path kernel = kernel();
        cache.locked(() -> cache.folder("displays-1", this::make));
        cache.locked(() -> cache.folder("displays-2", this::make));

        assertTrue(cache.has("displays-2"));
        cache.discardAll("displays-");

        assertFalse(cache.has("displays-1") || cache.has("displays-2"));
        assertTrue(Files.exists(kernel));
    }

    @Test
    void folderWithoutManifestIsMadeAnew() throws Exception {
        Files.delete(kernel().resolve(Manifest.NAME));

        kernel();

        assertEquals(2, made.get());
    }

    @Test
    void failedMakingLeavesNothingBehind() throws Exception {
        IOException e = assertThrows(IOException.class, () -> cache.locked(() -> cache.folder("kernel", empty -> {
            Files.writeString(empty.resolve("half"), "of it");
            throw new IOException("the line was cut");
        })));

        assertEquals("the line was cut", e.getMessage());
        assertEquals(List.of("lock"), names());
    }

    @Test
    void whatAKilledProcessLeftIsNotTakenForGood() throws Exception {
        Path left = Files.createDirectories(root.resolve("kernel.new"));
        Files.writeString(left.resolve("vmlinux"), "half of i");
        Files.writeString(left.resolve("more"), "rubbish");

        Path folder = kernel();

        assertEquals("kernel 1", Files.readString(folder.resolve("vmlinux")));
        assertFalse(Files.exists(folder.resolve("more")));
        assertEquals(List.of("kernel", "lock"), names());
    }

    @Test
    void threadsTakeTurns() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ConcurrentLinkedQueue<Exception> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = IntStream.range(0, 4)
                .mapToObj(i -> Thread.ofPlatform().start(() -> {
                    try {
                        cache.locked(() -> {
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            cache.folder("kernel", this::make);
                            return inside.decrementAndGet();
                        });
                    } catch (IOException | GuestException e) {
                        failures.add(e);
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }

        assertTrue(failures.isEmpty(), failures.toString());
        assertEquals(1, most.get());
        assertEquals(1, made.get());
    }

    @Test
    void anotherProcessIsWaitedFor() throws Exception {
        Files.createDirectories(root);
        Process other = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java", "-cp", System.getProperty("java.class.path"),
                        LockHolder.class.getName(), root.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertEquals('L', other.getInputStream().read(), "the other process holds the lock");
            CountDownLatch waiting = new CountDownLatch(1);
            PartsCache here = new PartsCache(root, what -> {
                waiting.countDown();
                return Progress.SILENT.begin(what);
            });
            Thread thread = Thread.ofPlatform().start(() -> {
                try {
                    here.locked(() -> cache.folder("kernel", this::make));
                } catch (IOException | GuestException e) {
                    throw new AssertionError(e);
                }
            });
            assertTrue(waiting.await(30, TimeUnit.SECONDS), "it says that it waits");
            assertEquals(0, made.get());

            other.getOutputStream().close();
            thread.join();

            assertEquals(1, made.get());
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void folderThatCannotBeMadeIsNamedWithTheVariable() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "in the way");

        GuestException e = assertThrows(
                GuestException.class, () -> new PartsCache(file.resolve("cache"), Progress.SILENT).locked(() -> 0));

        assertTrue(e.getMessage().contains(file.resolve("cache").toString()), e.getMessage());
        assertTrue(e.getMessage().contains("DMABUF_GUEST_CACHE"), e.getMessage());
    }

    private Path kernel() throws IOException, GuestException {
        return cache.locked(() -> cache.folder("kernel", this::make));
    }

    private void make(Path empty) throws IOException {
        Files.writeString(empty.resolve("vmlinux"), "kernel " + made.incrementAndGet());
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(root)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Another process: holds the cache's lock until its standard input ends. */
    static final class LockHolder {

        private LockHolder() {}

        public static void main(String[] arguments) throws Exception {
            new PartsCache(Path.of(arguments[0]), Progress.SILENT).locked(() -> {
                System.out.print('L');
                System.out.flush();
                return System.in.read();
            });
        }
    }
}
