package dmabuf.share;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.core.CoreDmaBufs;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Deadline;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Memfd;
import dmabuf.linux.PeerCredentials;
import dmabuf.linux.Posix;
import dmabuf.linux.ProcessResources;
import dmabuf.linux.SocketMessage;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.UnixSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that do not keep to the protocol: each gets one clear answer, and leaves nothing behind. */
@Timeout(60)
class BadPeerTest {

    private static final byte[] GARBAGE = "GET / HTTP/1.1\r\n\r\n".getBytes();

    private final Bench bench = new Bench();
    private final LinuxSyscalls linux = new LinuxSyscalls();
    private final List<Fd> opened = new ArrayList<>();
    private UnixSocket peer;
    private UnixSocket ours;

    @BeforeEach
    void connect() {
        UnixSocket[] pair = UnixSocket.pair();
        peer = pair[0];
        ours = pair[1];
    }

    @AfterEach
    void close() {
        peer.close();
        ours.close();
        opened.forEach(Fd::close);
        bench.close();
    }

    private Fd sealed(long size) {
        opened.add(Memfd.sealed(linux, "dmabuf-test", size));
        return opened.getLast();
    }

    private static byte[] plain(long size) {
        return new Offer(BufferDescription.ofSize(size).build(), false, 1, List.of()).encode();
    }

    private static byte[] simulated(long size, int descriptors, Offer.Extent... extents) {
        return new Offer(BufferDescription.ofSize(size).build(), true, descriptors, List.of(extents)).encode();
    }

    /** A giver sends this; the taker must refuse it with this error, tell the giver so, and keep no descriptor. */
    private String taken(Errno expected, byte[] message, Fd... descriptors) {
        return taken(bench.taker(), expected, message, descriptors);
    }

    private String taken(BufferTaker taker, Errno expected, byte[] message, Fd... descriptors) {
        ProcessResources open = ProcessResources.now();
        peer.send(message, Arrays.stream(descriptors).mapToInt(Fd::number).toArray(), Deadline.in(Bench.LONG));
        DmaBufException e = assertThrows(DmaBufException.class, () -> taker.takeFrom(ours).close());
        assertEquals(expected, e.errno(), e::getMessage);
        assertEquals(open, ProcessResources.now());
        try (SocketMessage answer = peer.receive(1000, Deadline.in(Bench.LONG))) {
            Status status = assertRead(answer.bytes());
            assertEquals(expected, status.error());
            assertEquals(0, answer.descriptors());
        }
        return e.getMessage();
    }

    private static Status assertRead(byte[] bytes) {
        try {
            return Status.decode(bytes);
        } catch (MalformedMessageException e) {
            return fail("not a status: " + HexFormat.of().formatHex(bytes), e);
        }
    }

    private static void assertSays(String words, String message) {
        assertTrue(message.contains(words), () -> message + " should say: " + words);
    }

    // What a giver may do wrong.

    @Test
    void garbageIsRefused() {
        assertSays("does not begin with DMAB", taken(Errno.EPROTO, GARBAGE));
        assertSays("only 1 bytes", taken(Errno.EPROTO, new byte[1]));
        assertSays("does not begin with DMAB", taken(Errno.EPROTO, GARBAGE, sealed(4096), sealed(4096)));
    }

    @Test
    void halfHeaderIsRefused() {
        assertSays("in a message of 40 bytes", taken(Errno.EPROTO, Arrays.copyOf(plain(4096), 40), sealed(4096)));
        assertSays("only 15 bytes", taken(Errno.EPROTO, Arrays.copyOf(plain(4096), 15)));
    }

    @Test
    void missingDescriptorIsRefused() {
        assertSays("1 descriptors are announced, and 0 came", taken(Errno.EPROTO, plain(4096)));
    }

    @Test
    void tooManyDescriptorsAreRefusedAndClosed() {
        Fd[] two = {sealed(4096), sealed(4096)};
        assertSays("1 descriptors are announced, and 2 came", taken(Errno.EPROTO, plain(4096), two));
        Fd[] most = new Fd[UnixSocket.MAX_DESCRIPTORS];
        Arrays.fill(most, two[0]);
        assertSays("and 253 came", taken(Errno.EPROTO, plain(4096), most));
    }

    @Test
    void otherVersionIsNamedOnBothSides() {
        byte[] next = plain(4096);
        ByteBuffer.wrap(next).order(ByteOrder.LITTLE_ENDIAN).putShort(4, (short) 9);
        assertSays("the giver speaks version 9 of the protocol, this taker version 1", taken(Errno.EPROTONOSUPPORT, next, sealed(4096)));
    }

    @Test
    void memfdThatCouldShrinkIsRefused() {
        opened.add(Memfd.unsealed(linux, "dmabuf-test", 4096));
        assertSays("F_SEAL_SHRINK", taken(Errno.EINVAL, plain(4096), opened.getLast()));
    }

    @Test
    void whatIsNeitherDmaBufNorMemfdIsRefused() {
        opened.add(Fd.adopt(linux.open("/dev/zero", Posix.O_RDWR), linux));
        assertSays("neither a dma-buf nor a memfd", taken(Errno.EINVAL, plain(4096), opened.getLast()));
    }

    @Test
    void bufferOfAnotherSizeThanAnnouncedIsRefused() {
        assertSays("the buffer has 4096 bytes, announced were 8192", taken(Errno.EPROTO, plain(8192), sealed(4096)));
        assertSays("the buffer has 4096 bytes, announced were 1", taken(Errno.EPROTO, plain(1), sealed(4096)));
    }

    @Test
    void simulatedBufferNeedsSimulatedKernel() {
        try (DmaBuf buffer = bench.simulated(1); Fd fd = buffer.fd()) {
            Parcel parcel = Parcel.pack(fd, BufferDescription.of(buffer).build());
            Fd[] parts = Arrays.stream(parcel.descriptors()).mapToObj(n -> Fd.adopt(linux.dup(n), linux)).toArray(Fd[]::new);
            opened.addAll(List.of(parts));
            String message = taken(BufferTaker.into(bench.taker), Errno.ENODEV, parcel.offer().encode(), parts);
            assertSays("no simulated kernel is deployed here; deploy dmabuf.sim", message);
        }
    }

    @Test
    void simulatedBufferOfWrongPartsIsRefused() {
        Fd token = token(4096);
        Offer.Extent whole = new Offer.Extent(1, 0, 4096);
        taken(Errno.EINVAL, simulated(8192, 2, new Offer.Extent(1, 0, 8192)), token(8192), sealed(4096));
        taken(Errno.EINVAL, simulated(4096, 2, new Offer.Extent(1, 1, 4096)), token, sealed(8192));
        taken(Errno.EINVAL, simulated(4096, 2, new Offer.Extent(1, 1L << 62, 4096)), token, sealed(4096));
        taken(Errno.EINVAL, simulated(8192, 2, new Offer.Extent(1, 0, 8192)), token, sealed(8192));
        // No token, but a file that anybody can write.
        taken(Errno.EINVAL, simulated(4096, 2, whole), sealed(4096), sealed(4096));
        opened.add(Memfd.unsealed(linux, "dmabuf-test", 4096));
        taken(Errno.EINVAL, simulated(4096, 2, whole), token, opened.getLast());
        opened.add(Fd.adopt(linux.open("/dev/zero", Posix.O_RDWR), linux));
        taken(Errno.EBADFD, simulated(4096, 2, whole), token, opened.getLast());
    }

    @Test
    void tokenWithoutItsMemoryIsNoBuffer() {
        taken(Errno.EINVAL, plain(4096), token(4096));
    }

    /** A token as docs/share-protocol.md describes it. */
    private Fd token(long size) {
        try (Fd memfd = Memfd.unsealed(linux, "dmabuf-sim:test", size)) {
            int seals = Posix.F_SEAL_SEAL | Posix.F_SEAL_SHRINK | Posix.F_SEAL_GROW | Posix.F_SEAL_WRITE;
            SyscallResult.check(linux.fcntl(memfd.number(), Posix.F_ADD_SEALS, seals), "F_ADD_SEALS", "token");
            opened.add(Fd.adopt(linux.open("/proc/self/fd/" + memfd.number(), Posix.O_WRONLY), linux));
            return opened.getLast();
        }
    }

    @Test
    void giverThatHangsUpIsEpipe() {
        peer.close();
        DmaBufException e = assertThrows(DmaBufException.class, () -> bench.taker().takeFrom(ours));
        assertEquals(Errno.EPIPE, e.errno());
        assertSays("the peer hung up", e.getMessage());
    }

    @Test
    void silentGiverIsEtimedout() {
        assertEquals(Errno.ETIMEDOUT,
                assertThrows(DmaBufException.class, () -> bench.taker().within(Bench.SHORT).takeFrom(ours)).errno());
    }

    @Test
    void endlessMessageIsRefused() {
        assertSays("longer than", taken(Errno.EMSGSIZE, new byte[Wire.MAX_MESSAGE + 1], sealed(4096)));
    }

    @Test
    void giverThatIsNotWelcomeIsToldSo() {
        BufferTaker picky = bench.taker().fromPeers(giver -> false);
        ProcessResources open = ProcessResources.now();
        assertEquals(Errno.EACCES, assertThrows(DmaBufException.class, () -> picky.takeFrom(ours)).errno());
        assertEquals(open, ProcessResources.now());
        try (SocketMessage answer = peer.receive(1000, Deadline.in(Bench.LONG))) {
            assertEquals(Errno.EACCES, assertRead(answer.bytes()).error());
        }
    }

    @Test
    void refusalOfTheGiverIsPassedOn() {
        peer.send(Status.refused(Errno.EACCES).encode(), Deadline.in(Bench.LONG));
        DmaBufException e = assertThrows(DmaBufException.class, () -> bench.taker().takeFrom(ours));
        assertEquals(Errno.EACCES, e.errno());
        assertSays("refused by the peer with error 13", e.getMessage());
    }

    @Test
    void coreThatHasStoppedRefusesAndNothingLeaks() {
        CoreDmaBufs stopped = new CoreDmaBufs();
        stopped.close();
        taken(BufferTaker.into(stopped), Errno.ENODEV, plain(4096), sealed(4096));
    }

    // What a taker may do wrong.

    private DmaBufException given(DmaBuf buffer) {
        ProcessResources open = ProcessResources.now();
        DmaBufException e = assertThrows(DmaBufException.class, () -> BufferOffer.of(buffer).within(Bench.SHORT).giveTo(ours));
        assertEquals(open, ProcessResources.now());
        return e;
    }

    @Test
    void takerThatHangsUpBeforeOrAfterTheOfferIsEpipe() {
        try (DmaBuf buffer = bench.simulated(2)) {
            CompletableFuture<Void> taker = CompletableFuture.runAsync(() -> {
                peer.receive(Wire.MAX_MESSAGE, Deadline.in(Bench.LONG)).close();
                peer.close();
            });
            DmaBufException e = assertThrows(DmaBufException.class, () -> BufferOffer.of(buffer).giveTo(ours));
            assertEquals(Errno.EPIPE, e.errno());
            assertSays("hung up", e.getMessage());
            taker.join();
            assertEquals(Errno.EPIPE, given(buffer).errno());
        }
    }

    @Test
    void takerThatGoesWithoutReadingIsEpipe() {
        try (DmaBuf buffer = bench.simulated(2)) {
            peer.send(GARBAGE, Deadline.in(Bench.LONG));
            peer.close();
            assertEquals(Errno.EPIPE, given(buffer).errno());
        }
    }

    @Test
    void silentTakerIsEtimedout() {
        try (DmaBuf buffer = bench.simulated(2)) {
            assertEquals(Errno.ETIMEDOUT, given(buffer).errno());
        }
    }

    @Test
    void takerThatAnswersGarbageIsEproto() {
        try (DmaBuf buffer = bench.simulated(2)) {
            peer.send(GARBAGE, new int[] {sealed(4096).number()}, Deadline.in(Bench.LONG));
            assertEquals(Errno.EPROTO, given(buffer).errno());
        }
    }

    @Test
    void takerThatRefusesSaysWhy() {
        try (DmaBuf buffer = bench.simulated(2)) {
            peer.send(new Status(3, Errno.EPROTONOSUPPORT.number()).encode(), Deadline.in(Bench.LONG));
            DmaBufException e = given(buffer);
            assertEquals(Errno.EPROTONOSUPPORT, e.errno());
            assertSays("it speaks version 3 of the protocol, this side version 1", e.getMessage());
            peer.send(new Status(1, 4711).encode(), Deadline.in(Bench.LONG));
            assertEquals(Errno.EPROTO, given(buffer).errno());
        }
    }

    @Test
    void lastWordOfTakerThatIsGoneIsHeard() {
        try (DmaBuf buffer = bench.simulated(2)) {
            peer.send(Status.refused(Errno.EACCES).encode(), Deadline.in(Bench.LONG));
            peer.close();
            DmaBufException e = given(buffer);
            assertEquals(Errno.EACCES, e.errno(), e::getMessage);
        }
    }

    @Test
    void takerThatIsNotWelcomeGetsNothingAndIsToldSo() {
        try (DmaBuf buffer = bench.simulated(2)) {
            BufferOffer picky = BufferOffer.of(buffer).toPeers(taker -> false);
            assertEquals(Errno.EACCES, assertThrows(DmaBufException.class, () -> picky.giveTo(ours)).errno());
            DmaBufException e = assertThrows(DmaBufException.class, () -> bench.taker().takeFrom(peer));
            assertEquals(Errno.EACCES, e.errno());
            assertSays("refused by the peer", e.getMessage());
        }
    }

    @Test
    void credentialsOfThisUserAndOfRootAreWelcomeByDefault() {
        long self = PeerCredentials.self().uid();
        assertTrue(Peers.sameUserOrRoot().test(new PeerCredentials(1, self, 5)));
        assertTrue(Peers.sameUserOrRoot().test(new PeerCredentials(1, 0, 5)));
        assertTrue(!Peers.sameUserOrRoot().test(new PeerCredentials(1, self + 1, 0)));
        assertTrue(Peers.user(self + 1).test(new PeerCredentials(1, self + 1, 0)));
        assertTrue(!Peers.user(self + 1).test(new PeerCredentials(1, self + 2, 0)));
    }

    // And anything at all.

    @Test
    void anythingAtAllIsAnsweredAndLeavesNothing() {
        long seed = Bench.seed("anythingAtAllIsAnsweredAndLeavesNothing");
        Random random = new Random(seed);
        Fd[] pool = {sealed(4096), sealed(8192), token(4096), token(8192), Memfd.unsealed(linux, "dmabuf-test", 4096)};
        opened.add(pool[4]);
        List<byte[]> messages = List.of(plain(4096), plain(8192), simulated(4096, 2, new Offer.Extent(1, 0, 4096)),
                simulated(8192, 3, new Offer.Extent(1, 0, 4096), new Offer.Extent(2, 4096, 4096)));
        ProcessResources open = ProcessResources.now();
        int taken = 0;
        for (int round = 0; round < 3000; round++) {
            byte[] message = messages.get(random.nextInt(messages.size())).clone();
            if (random.nextInt(4) == 0) {
                message[random.nextInt(message.length)] = (byte) random.nextInt();
            }
            int[] descriptors = random.ints(random.nextInt(4), 0, pool.length).map(i -> pool[i].number()).toArray();
            peer.send(message, descriptors, Deadline.in(Bench.LONG));
            try (ReceivedBuffer received = bench.taker().takeFrom(ours)) {
                assertTrue(received.buffer().size() == received.description().size());
                taken++;
            } catch (DmaBufException refused) {
                assertTrue(refused.errno() != Errno.ETIMEDOUT && refused.errno() != Errno.EIO, () -> "seed " + seed + ": " + refused);
            } catch (RuntimeException e) {
                fail("seed " + seed + ", round " + round + ": " + HexFormat.of().formatHex(message), e);
            }
            // Everything is answered, save what looks like the giver's own last word.
            if (!Status.isStatus(message)) {
                peer.receive(1000, Deadline.in(Bench.LONG)).close();
            }
        }
        assertEquals(open, ProcessResources.now(), "seed " + seed);
        assertTrue(taken > 0, "seed " + seed + " made no good message");
    }
}
