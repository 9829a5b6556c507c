package dmabuf.share;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.linux.CLayout;
import dmabuf.linux.PeerCredentials;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real second processes on the other side: Java, and the C programs that were written from docs/share-protocol.md. */
@Timeout(120)
class OtherProcessTest {

    private static final String NOTHING = "left over: no dma-bufs, no memfds, no device nodes, no sockets, no mappings";

    @TempDir
    private Path folder;

    private final Bench bench = new Bench();
    private Process process;

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
        bench.close();
    }

    private BufferedReader start(String... command) throws IOException {
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return process.inputReader(StandardCharsets.UTF_8);
    }

    private BufferedReader java(String verb, Path socket) throws IOException {
        return start(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), Child.class.getName(), verb, socket.toString());
    }

    private BufferedReader c(String program, String... arguments) throws Exception {
        Path binary = CLayout.compile(Files.readString(Path.of("src/test/c", program + ".c")), folder);
        return start(Stream.concat(Stream.of(binary.toString()), Stream.of(arguments)).toArray(String[]::new));
    }

    private void goOn() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    private void assertEndsWell(List<String> output) throws InterruptedException {
        assertEquals(0, process.waitFor(), () -> String.join("\n", output));
    }

    @Test
    void javaTakerSeesTheSameMemory() throws Exception {
        Path path = folder.resolve("socket");
        try (DmaBuf buffer = bench.simulated(3)) {
            buffer.rename("frame");
            String before = Child.sha256(buffer);
            PeerCredentials taker;
            List<String> output;
            try (BufferServer server = BufferOffer.of(buffer).listen(path)) {
                BufferedReader lines = java("take", path);
                taker = server.serveOne(Bench.LONG);
                output = lines.lines().toList();
            }
            assertEndsWell(output);
            assertEquals(new PeerCredentials((int) process.pid(), PeerCredentials.self().uid(), PeerCredentials.self().gid()), taker);
            assertEquals(BufferDescription.of(buffer).build() + ", " + buffer.id() + ", sha256 " + before, output.getFirst());
            assertEquals(NOTHING, output.getLast());
            assertEquals("written by the other process", new String(Bench.get(buffer, Bench.PAGE, 28)));
        }
    }

    @Test
    void javaGiverSeesTheSameMemory() throws Exception {
        Path path = folder.resolve("socket");
        BufferedReader lines = java("give", path);
        String listening = lines.readLine();
        try (ReceivedBuffer received = bench.taker().take(path)) {
            assertEquals(process.pid(), received.giver().pid());
            assertEquals("listening, " + received.buffer().id() + ", sha256 " + Child.sha256(received.buffer()), listening);
            Bench.put(received.buffer(), Bench.PAGE, "written by the taker\0".getBytes());
            Bench.put(received.buffer(), 2 * Bench.PAGE, (byte) 99);
            goOn();
            List<String> output = lines.lines().toList();
            assertEndsWell(output);
            assertEquals(List.of("written by the taker", "99", NOTHING), output);
            // The giver is gone, its memory is not.
            assertEquals("written by the taker", new String(Bench.get(received.buffer(), Bench.PAGE, 20)));
        }
        assertFalse(Files.exists(path));
    }

    @Test
    void giverThatDiesHalfWayIsEpipeAndItsSocketIsReplaced() throws Exception {
        Path path = folder.resolve("socket");
        BufferedReader lines = java("die", path);
        assertEquals("listening", lines.readLine());
        assertEquals(Errno.EPIPE, assertThrows(DmaBufException.class, () -> bench.taker().take(path)).errno());
        assertEquals(9, process.waitFor());
        assertTrue(Files.exists(path), "it had no time to remove the file");
        assertEquals(Errno.ECONNREFUSED, assertThrows(DmaBufException.class, () -> bench.taker().take(path)).errno());
        try (DmaBuf buffer = bench.simulated(1); BufferServer server = BufferOffer.of(buffer).listen(path)) {
            assertEquals(path, server.path());
        }
    }

    private static CompletableFuture<PeerCredentials> serveInThread(BufferServer server) {
        return CompletableFuture.supplyAsync(server::serveOne, task -> Thread.ofPlatform().start(task));
    }

    /** FNV-1a, as the C program computes it. */
    private static String fnv1a(byte[] bytes) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : bytes) {
            hash = (hash ^ b & 0xff) * 0x100000001b3L;
        }
        return String.format("%016x", hash);
    }

    private void giveToC(DmaBuf buffer, int flags, int descriptors, int extents) throws Exception {
        Path path = folder.resolve("socket");
        BufferDescription said = BufferDescription.of(buffer).name("für C").picture(16, 8, 64, 0x34325258).modifier(0x42).build();
        String before = fnv1a(Bench.all(buffer));
        List<String> output;
        try (BufferServer server = BufferOffer.of(buffer).describedAs(said).listen(path)) {
            BufferedReader lines = c("taker", path.toString(), "MARK");
            server.serveOne(Bench.LONG);
            output = lines.lines().toList();
        }
        assertEndsWell(output);
        assertEquals(List.of("name=für C size=" + buffer.size() + " caching=1 access=3 flags=0x" + Integer.toHexString(flags) + " fds="
                + descriptors + " extents=" + extents + " 16x8 stride=64 fourcc=XR24 modifier=0x42 fnv1a=" + before), output);
        assertEquals("MARK", new String(Bench.get(buffer, 0, 4)));
        assertEquals("MARK", new String(Bench.get(buffer, buffer.size() - 4, 4)));
        assertNotEquals(before, fnv1a(Bench.all(buffer)));
    }

    @Test
    void cTakerUnderstandsSimulatedBuffer() throws Exception {
        try (DmaBuf buffer = bench.simulated(5)) {
            giveToC(buffer, 0x6f, 6, 5);
        }
    }

    @Test
    void cTakerUnderstandsMemfd() throws Exception {
        try (DmaBuf buffer = bench.memfd(3 * Bench.PAGE)) {
            Bench.put(buffer, 100, "contents".getBytes());
            giveToC(buffer, 0x6e, 1, 0);
        }
    }

    @Test
    void takerOfAnotherUserIsRefusedAlthoughItCouldConnect() throws Exception {
        assumeTrue(PeerCredentials.self().uid() == 0, "only root can start a process as another user");
        Path path = folder.resolve("socket");
        BlockingQueue<RuntimeException> failures = new LinkedBlockingQueue<>();
        CompletableFuture<PeerCredentials> served;
        try (DmaBuf buffer = bench.simulated(1); BufferServer server = BufferOffer.of(buffer).reportingTo(failures::add).listen(path)) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
            served = serveInThread(server);
            // The program itself becomes another user first.
            String source = Files.readString(Path.of("src/test/c/taker.c")).replace("int main(int argc, char **argv) {",
                    "int main(int argc, char **argv) {\n    if (setgid(65534) || setuid(65534)) { return 99; }");
            BufferedReader lines = start(CLayout.compile(source, folder).toString(), path.toString(), "MARK");
            assertEquals(List.of("taker: refused: Permission denied"), lines.lines().toList());
            DmaBufException refusal = (DmaBufException) failures.poll(20, TimeUnit.SECONDS);
            assertEquals(Errno.EACCES, refusal.errno());
            assertTrue(refusal.getMessage().contains("pid " + process.pid() + ", uid 65534"), refusal::getMessage);
        }
        assertThrows(CompletionException.class, served::join);
    }

    @Test
    void cTakerHearsThatItIsNotWelcome() throws Exception {
        Path path = folder.resolve("socket");
        CompletableFuture<PeerCredentials> served;
        try (DmaBuf buffer = bench.simulated(1);
                BufferServer server = BufferOffer.of(buffer).toPeers(peer -> false).reportingTo(e -> { }).listen(path)) {
            served = serveInThread(server);
            BufferedReader lines = c("taker", path.toString(), "MARK");
            assertEquals(List.of("taker: refused: Permission denied"), lines.lines().toList());
            assertEquals(Errno.EACCES.number(), process.waitFor());
        }
        assertThrows(CompletionException.class, served::join);
    }

    private ReceivedBuffer takeFromC(Path path, String kind, BufferTaker taker) throws Exception {
        BufferedReader lines = c("giver", path.toString(), kind);
        assertEquals("listening", lines.readLine());
        return taker.take(path);
    }

    private void checkBufferFromC(ReceivedBuffer received, String contents) throws Exception {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        assertEquals("taken by pid " + ProcessHandle.current().pid(), lines.readLine());
        assertEquals("\"from C\", " + received.buffer().size() + " bytes, cached, needs sync, 32x32 XR24, stride 128, modifier 0x0",
                received.description().toString());
        assertEquals(contents.repeat((int) Bench.PAGE).length(), received.buffer().size());
        for (int page = 0; page < contents.length(); page++) {
            assertEquals(contents.substring(page, page + 1).repeat((int) Bench.PAGE),
                    new String(Bench.get(received.buffer(), page * Bench.PAGE, (int) Bench.PAGE)));
        }
        Bench.put(received.buffer(), 0, "page0".getBytes());
        Bench.put(received.buffer(), Bench.PAGE, "page1".getBytes());
        goOn();
    }

    @Test
    void simulatedBufferFromCArrives() throws Exception {
        try (ReceivedBuffer received = takeFromC(folder.resolve("socket"), "simulated", bench.taker())) {
            assertTrue(received.isSimulated());
            checkBufferFromC(received, "231");
            assertEquals(List.of("first=11111 second=page0 third=page1"), process.inputReader(StandardCharsets.UTF_8).lines().toList());
            assertEquals(0, process.waitFor());
        }
    }

    @Test
    void memfdFromCArrives() throws Exception {
        try (ReceivedBuffer received = takeFromC(folder.resolve("socket"), "plain", BufferTaker.into(bench.taker))) {
            assertFalse(received.isSimulated());
            checkBufferFromC(received, "12");
            assertEquals(List.of("first=page0 second=page1 third=33333"), process.inputReader(StandardCharsets.UTF_8).lines().toList());
            assertEquals(0, process.waitFor());
        }
    }

    @Test
    void memfdFromCThatCouldShrinkIsRefusedAndCHearsIt() throws Exception {
        Path path = folder.resolve("socket");
        DmaBufException e = assertThrows(DmaBufException.class, () -> takeFromC(path, "unsealed", bench.taker()).close());
        assertEquals(Errno.EINVAL, e.errno());
        assertEquals(List.of("giver: refused: Invalid argument"), process.inputReader(StandardCharsets.UTF_8).lines().toList());
        assertEquals(1, process.waitFor());
    }
}
