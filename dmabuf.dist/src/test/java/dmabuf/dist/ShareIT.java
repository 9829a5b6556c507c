package dmabuf.dist;

import static dmabuf.dist.Command.dmabuf;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs export and import, one process each. */
class ShareIT {

    private static final Path PICTURE = Command.HOME.resolve("test-card.png");

    @TempDir
    private Path folder;

    private Command export(Path socket, Object... content) throws InterruptedException {
        Object[] all = new Object[content.length + 5];
        System.arraycopy(new Object[] {"export", "--exporter", "udmabuf", "--socket", socket}, 0, all, 0, 5);
        System.arraycopy(content, 0, all, 5, content.length);
        Command giver = dmabuf(all).with("DMABUF_KERNEL", "simulated").start();
        giver.awaitOut(out -> out.contains("offering"));
        return giver;
    }

    @Test
    void fileArrivesAsItIs() throws Exception {
        Path socket = folder.resolve("socket");
        Path copy = folder.resolve("copy");
        try (Command giver = export(socket, "--file", PICTURE)) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
            Command.Ended taker = dmabuf("import", "--socket", socket, "--sha256", "--out", copy).run().succeeds();
            byte[] bytes = Files.readAllBytes(PICTURE);
            assertEquals(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)), taker.out().strip());
            assertArrayEquals(bytes, Files.readAllBytes(copy));
            assertEquals("", taker.err());
            Command.Ended ended = giver.await().succeeds();
            assertTrue(ended.out().contains("\"test-card.png\", " + bytes.length + " of "), ended::toString);
            assertTrue(ended.out().contains("taken by pid "), ended::toString);
            assertFalse(Files.exists(socket), "the socket file is left over");
        }
    }

    @Test
    void bufferOfZeroesIsSaidAndWritten() throws Exception {
        Path socket = folder.resolve("socket");
        try (Command giver = export(socket, "--size", "8K", "--name", "zeroes")) {
            Command.Ended taker = dmabuf("import", "--socket", socket).run().succeeds();
            assertTrue(taker.out().startsWith("taken: \"zeroes\", 8192 bytes, cached, needs sync (simulated) from pid " + giver.pid()),
                    taker::toString);
            giver.await().succeeds();
        }
        try (Command giver = export(socket, "--size", "4097")) {
            String out = dmabuf("import", "--socket", socket, "--out", "-").run().succeeds().out();
            assertEquals("\0".repeat(4097), out);
            giver.await().succeeds();
        }
    }

    @Test
    void interruptEndsExportAndLeavesNothing() throws Exception {
        for (String signal : new String[] {"INT", "TERM"}) {
            Path socket = folder.resolve("socket");
            try (Command giver = export(socket, "--size", "4K")) {
                giver.signal(signal);
                Command.Ended ended = giver.await().leavesNothing();
                assertEquals(signal.equals("INT") ? 130 : 143, ended.status(), ended::toString);
                assertEquals("", ended.err());
                assertFalse(Files.exists(socket), "the socket file is left over");
            }
        }
    }

    @Test
    void takerThatDiesHalfWayIsReportedAndTheNextIsServed() throws Exception {
        Path socket = folder.resolve("socket");
        try (Command giver = export(socket, "--size", "4K")) {
            RawPeer.connectAndHangUp(socket);
            RawPeer.connectAndSay(socket, "this is not the protocol".getBytes());
            dmabuf("import", "--socket", socket).run().succeeds();
            Command.Ended ended = giver.await().succeeds();
            assertEquals(2, ended.err().lines().filter(line -> line.startsWith("dmabuf: not handed over: ")).count(), ended::toString);
        }
    }

    @Test
    void giverThatMeansNoGoodIsRefused() throws Exception {
        Path socket = folder.resolve("socket");
        try (RawPeer giver = RawPeer.listen(socket)) {
            giver.answer("garbage".repeat(20).getBytes());
            dmabuf("import", "--socket", socket).run().fails(1, "EPROTO", "DMAB");
            giver.answer(new byte[0]);
            dmabuf("import", "--socket", socket).run().fails(1, "EPIPE", "hung up");
        }
    }

    @Test
    void giverThatIsNotThereIsSaid() throws Exception {
        dmabuf("import", "--socket", folder.resolve("none")).run().fails(1, "ENOENT", "nobody listens");
        dmabuf("import", "--socket", Files.createFile(folder.resolve("file"))).run().fails(1, "ECONNREFUSED");
        dmabuf("import", "--socket", folder.resolve("x".repeat(120))).run().fails(1, "ENAMETOOLONG", "107");
    }

    @Test
    void placesThatCannotBeWrittenAreSaidBeforeTheBufferIsTaken() throws Exception {
        Path socket = folder.resolve("socket");
        try (Command giver = export(socket, "--size", "4K")) {
            dmabuf("import", "--socket", socket, "--out", folder).run().fails(1, "it is a folder");
            dmabuf("import", "--socket", socket, "--out", folder.resolve("no/file")).run().fails(1, "there is no folder");
            dmabuf("import", "--socket", socket, "--pattern", "many").run().fails(2, "--pattern takes a number");
            dmabuf("import", "--socket", socket).run().succeeds();
            giver.await().succeeds();
        }
    }

    @Test
    void socketPathThatCannotServeIsSaid() throws Exception {
        Path taken = Files.writeString(folder.resolve("taken"), "precious");
        export("--size", "4K", "--socket", taken).fails(1, "EADDRINUSE", "not a socket");
        assertEquals("precious", Files.readString(taken));
        export("--size", "4K", "--socket", folder.resolve("x".repeat(120))).fails(1, "ENAMETOOLONG", "107");
        export("--size", "4K", "--socket", folder.resolve("no/socket")).fails(1, "ENOENT", "folder");
        Path socket = folder.resolve("socket");
        try (Command giver = export(socket, "--size", "4K")) {
            export("--size", "4K", "--socket", socket).fails(1, "EADDRINUSE");
            giver.signal("KILL");
            giver.await();
            // A socket that nobody serves any more is taken over.
            assertTrue(Files.exists(socket));
        }
        try (Command giver = export(socket, "--size", "4K")) {
            dmabuf("import", "--socket", socket).run().succeeds();
            giver.await().succeeds();
        }
    }

    @Test
    void contentThatCannotServeIsSaid() throws Exception {
        Path socket = folder.resolve("socket");
        export("--socket", socket, "--file", folder.resolve("none")).fails(1, "there is no such file");
        export("--socket", socket, "--file", folder).fails(1, "it is a folder");
        export("--socket", socket, "--file", "/dev/null").fails(1, "it is no regular file");
        export("--socket", socket, "--file", Files.createFile(folder.resolve("empty"))).fails(1, "it is empty");
        export("--socket", socket, "--size", "65M").fails(1, "UDMABUF_CREATE", "EINVAL", "64 MiB",
                "/sys/module/udmabuf/parameters/size_limit_mb");
        export("--socket", socket, "--size", "0").fails(1, "EINVAL");
        export("--socket", socket, "--size", "many").fails(2, "not a size: many");
        export("--socket", socket).fails(2, "either --file or --size");
        export("--size", "4K").fails(2, "--socket is missing");
        export("--size", "4K", "--socket", socket, "--name", "x".repeat(32)).fails(1, "EINVAL", "31 bytes");
        dmabuf("export", "--exporter", "nosuch", "--size", "4K", "--socket", socket).run().fails(1, "ENODEV", "nosuch");
        dmabuf("export", "--size", "4K", "--socket", socket).run().fails(2, "--exporter is missing");
        assertFalse(Files.exists(socket));
    }

    private static Command.Ended export(Object... arguments) {
        Object[] all = new Object[arguments.length + 3];
        System.arraycopy(new Object[] {"export", "--exporter", "udmabuf"}, 0, all, 0, 3);
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return dmabuf(all).with("DMABUF_KERNEL", "simulated").run();
    }
}
