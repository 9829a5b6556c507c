package dmabuf.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBuf;
import dmabuf.api.Mapping;
import dmabuf.core.CoreDmaBufs;
import dmabuf.fd.Fd;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Memfd;
import dmabuf.linux.UnixSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Whatever is left over is found, and makes the soak fail. */
class HoldingsTest {

    private static Summary summary(List<Check> checks) {
        return new Summary("udmabuf", 3, "3 stop/start", Duration.ofMillis(2), 8, new Tally(), Duration.ofSeconds(1), checks, false);
    }

    private static void assertFinds(Holdings start, String... names) {
        List<Check> checks = Holdings.now(1).since(start);
        List<String> failed = checks.stream().filter(check -> !check.holds()).map(Check::name).toList();
        assertEquals(List.of(names), failed, checks::toString);
        assertEquals(names.length == 0, summary(checks).passed());
        for (String name : names) {
            assertTrue(summary(checks).text().matches("(?s).*FAIL +" + name + ".*it does not hold\n"), summary(checks)::text);
            assertTrue(summary(checks).json().contains("\"passed\": false"), summary(checks)::json);
        }
    }

    @Test
    void nothingIsFoundWhereNothingIsLeftOver() {
        Holdings start = Holdings.now(1);
        assertFinds(start);
        assertTrue(summary(start.since(start)).text().endsWith("all holds\n"));
    }

    @Test
    void leakedMemfdIsFound() {
        LinuxSyscalls kernel = new LinuxSyscalls();
        Holdings start = Holdings.now(1);
        try (Fd leaked = Memfd.sealed(kernel, "leaked", 4096)) {
            assertTrue(leaked.isOpen());
            assertFinds(start, "memfds");
        } finally {
            kernel.shutDown();
        }
        assertFinds(start);
    }

    @Test
    void leakedMappingIsFoundAlthoughTheBufferIsClosed() {
        LinuxSyscalls kernel = new LinuxSyscalls();
        try (CoreDmaBufs buffers = new CoreDmaBufs()) {
            buffers.importFd(Memfd.sealed(kernel, "first", 4096)).close(); // Begins the thread that looks for leaks.
            Holdings start = Holdings.now(1);
            DmaBuf buffer = buffers.importFd(Memfd.sealed(kernel, "leaked", 4096));
            try (Mapping leaked = buffer.mmap()) {
                buffer.close();
                assertEquals(4096, leaked.length());
                // A mapping keeps a descriptor, since SYNC is asked of that.
                assertFinds(start, "memfds", "mappings", "mapped bytes");
            }
            assertFinds(start);
        } finally {
            kernel.shutDown();
        }
    }

    @Test
    void leakedSocketsAreFound() {
        Holdings start = Holdings.now(1);
        UnixSocket[] pair = UnixSocket.pair();
        assertFinds(start, "sockets");
        pair[0].close();
        pair[1].close();
        assertFinds(start);
    }

    @Test
    void leakedThreadIsFoundByName() throws InterruptedException {
        Holdings start = Holdings.now(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread leaked = Thread.ofPlatform().name("watcher-17").start(() -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertFinds(start, "threads");
        assertTrue(summary(Holdings.now(1).since(start)).text().contains("new: watcher-N"));
        end.countDown();
        leaked.join();
        assertFinds(start);
    }

    @Test
    void classLoaderThatStaysIsFound() {
        Holdings start = Holdings.now(1);
        assertFalse(summary(Holdings.now(2).since(start)).passed());
    }
}
