package dmabuf.share;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.MmapPolicy;
import dmabuf.api.MmapRequest;
import dmabuf.api.PolicyOrigin;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.fd.KernelKind;
import dmabuf.linux.Memfd;
import dmabuf.linux.PeerCredentials;
import dmabuf.linux.ProcessResources;
import dmabuf.linux.SharedExtents.Extent;
import dmabuf.linux.UnixSocket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Giver and taker in one process, each with a kernel and a core of its own. */
@Timeout(60)
class ExchangeTest {

    private final Bench bench = new Bench();
    private UnixSocket giverEnd;
    private UnixSocket takerEnd;

    @BeforeEach
    void connect() {
        UnixSocket[] pair = UnixSocket.pair();
        giverEnd = pair[0];
        takerEnd = pair[1];
    }

    @AfterEach
    void close() {
        giverEnd.close();
        takerEnd.close();
        bench.close();
    }

    /** Gives on this thread, takes on another. */
    private ReceivedBuffer exchange(BufferOffer offer, BufferTaker taker) {
        CompletableFuture<ReceivedBuffer> received = inThread(() -> taker.takeFrom(takerEnd));
        assertEquals(PeerCredentials.self(), offer.giveTo(giverEnd));
        return received.join();
    }

    private static <T> CompletableFuture<T> inThread(Supplier<T> action) {
        return CompletableFuture.supplyAsync(action, task -> Thread.ofPlatform().start(task));
    }

    @Test
    void simulatedBufferArrivesWithContentsIdentityAndDescription() {
        try (DmaBuf buffer = bench.simulated(3)) {
            buffer.rename("frame");
            BufferDescription said = BufferDescription.of(buffer).picture(64, 40, 256, 0x34325258).modifier(0).build();
            try (ReceivedBuffer received = exchange(BufferOffer.of(buffer).describedAs(said), bench.taker())) {
                assertTrue(received.isSimulated());
                assertEquals(PeerCredentials.self(), received.giver());
                assertEquals("\"frame\", 12288 bytes, cached, needs sync, 64x40 XR24, stride 256, modifier 0x0 (simulated) from "
                        + PeerCredentials.self(), received.toString());
                DmaBuf arrived = received.buffer();
                assertEquals(buffer.id(), arrived.id());
                assertEquals("frame", arrived.name());
                assertEquals(buffer.policy().saidBy(PolicyOrigin.DECLARED), arrived.policy());
                assertEquals(arrived.policy(), received.description().policy());
                assertArrayEquals(Bench.all(buffer), Bench.all(arrived));
                try (Fd fd = arrived.fd()) {
                    assertEquals(KernelKind.SIMULATED, fd.kernel().kind());
                }
                Bench.put(arrived, 2 * Bench.PAGE + 5, "seen by the giver".getBytes());
                assertEquals("seen by the giver", new String(Bench.get(buffer, 2 * Bench.PAGE + 5, 17)));
            }
        }
    }

    @Test
    void bufferOutlivesItsGiver() {
        ReceivedBuffer received;
        byte[] contents;
        try (DmaBuf buffer = bench.simulated(2)) {
            contents = Bench.all(buffer);
            received = exchange(BufferOffer.of(buffer), bench.taker());
        }
        giverEnd.close();
        try (received) {
            assertArrayEquals(contents, Bench.all(received.buffer()));
        }
    }

    @Test
    void memfdTravelsAsTheOneDescriptorThatItIs() {
        try (DmaBuf buffer = bench.memfd(5 * Bench.PAGE)) {
            Bench.put(buffer, 0, "memfd".getBytes());
            // No simulated kernel is needed for this one.
            try (ReceivedBuffer received = exchange(BufferOffer.of(buffer), BufferTaker.into(bench.taker))) {
                assertFalse(received.isSimulated());
                assertEquals(buffer.id(), received.buffer().id());
                assertEquals("memfd", new String(Bench.get(received.buffer(), 0, 5)));
            }
        }
    }

    @Test
    void bufferMayBeGivenAwayForReadingOnly() {
        try (DmaBuf buffer = bench.simulated(1)) {
            BufferDescription said = BufferDescription.of(buffer)
                    .policy(MmapPolicy.mappable(Caching.WRITE_COMBINED).withAccess(Access.READ)).build();
            try (ReceivedBuffer received = exchange(BufferOffer.of(buffer).describedAs(said), bench.taker())) {
                assertEquals(Access.READ, received.buffer().policy().access());
                assertEquals(Caching.WRITE_COMBINED, received.buffer().policy().caching());
                assertEquals(Errno.EACCES, assertThrows(DmaBufException.class,
                        () -> received.buffer().mmap(MmapRequest.whole().access(Access.READ_WRITE))).errno());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 100, 251, 252})
    void everyNumberOfMemfdsArrives(int memfds) {
        try (DmaBuf buffer = bench.simulated(memfds); ReceivedBuffer received = exchange(BufferOffer.of(buffer), bench.taker())) {
            assertArrayEquals(Bench.all(buffer), Bench.all(received.buffer()));
            assertEquals((byte) (memfds - 1), Bench.get(received.buffer(), (memfds - 1) * Bench.PAGE, 1)[0]);
        }
    }

    @Test
    void moreMemfdsThanMessageCarriesAreSaidBeforeAnythingIsSent() {
        try (DmaBuf buffer = bench.simulated(253)) {
            DmaBufException e = assertThrows(DmaBufException.class, () -> BufferOffer.of(buffer).giveTo(giverEnd));
            assertEquals(Errno.E2BIG, e.errno());
            assertTrue(e.getMessage().contains("253 memfds, one message carries at most 252"), e::getMessage);
        }
    }

    @Test
    void memfdThatOccursOftenTravelsOnce() {
        try (Fd one = Memfd.sealed(bench.giverKernel, "dmabuf-test", 2 * Bench.PAGE);
                Fd again = Fd.adopt(bench.giverKernel.dup(one.number()), bench.giverKernel)) {
            List<Extent> repeated = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                repeated.add(new Extent((i % 2 == 0 ? one : again).number(), 0, Bench.PAGE));
            }
            try (Fd fd = Bench.udmabuf(bench.giverKernel, repeated)) {
                Parcel parcel = Parcel.pack(fd, BufferDescription.ofSize(500 * Bench.PAGE).build());
                assertEquals(2, parcel.descriptors().length);
                assertEquals(500, parcel.offer().extents().size());
            }
        }
    }

    @Test
    void fourThousandNinetySixPiecesAreTheMost() {
        bench.giverKernel.machine().setParameter("udmabuf", "list_limit", 5000);
        try (Fd one = Memfd.sealed(bench.giverKernel, "dmabuf-test", Bench.PAGE)) {
            List<Extent> pieces = new ArrayList<>(Collections.nCopies(4096, new Extent(one.number(), 0, Bench.PAGE)));
            try (DmaBuf buffer = bench.giver.importFd(Bench.udmabuf(bench.giverKernel, pieces));
                    ReceivedBuffer received = exchange(BufferOffer.of(buffer), bench.taker())) {
                Bench.put(received.buffer(), 0, (byte) 5);
                assertEquals(5, Bench.get(buffer, 4095 * Bench.PAGE, 1)[0]);
            }
            pieces.add(pieces.getFirst());
            try (DmaBuf buffer = bench.giver.importFd(Bench.udmabuf(bench.giverKernel, pieces))) {
                DmaBufException e = assertThrows(DmaBufException.class, () -> BufferOffer.of(buffer).giveTo(giverEnd));
                assertEquals(Errno.E2BIG, e.errno());
                assertTrue(e.getMessage().contains("4097 pieces, one message carries at most 4096"), e::getMessage);
            }
        }
    }

    @Test
    void bufferThatIsHereAlreadyArrivesAsItself() {
        try (Fd one = Memfd.sealed(bench.giverKernel, "dmabuf-test", 4 * Bench.PAGE)) {
            List<Extent> pieces = List.of(new Extent(one.number(), 0, Bench.PAGE), new Extent(one.number(), Bench.PAGE, 2 * Bench.PAGE),
                    new Extent(one.number(), 0, Bench.PAGE));
            BufferTaker self = BufferTaker.into(bench.giver).simulatedBy(bench.giverKernel);
            try (DmaBuf buffer = bench.giver.importFd(Bench.udmabuf(bench.giverKernel, pieces));
                    ReceivedBuffer received = exchange(BufferOffer.of(buffer), self)) {
                assertEquals(buffer.id(), received.buffer().id());
                Bench.put(received.buffer(), 3 * Bench.PAGE, (byte) 42);
                assertEquals(42, Bench.get(buffer, 0, 1)[0]);
            }
        }
    }

    @Test
    void bufferGoesRoundAndComesBackAsItself() {
        try (DmaBuf buffer = bench.simulated(2); ReceivedBuffer there = exchange(BufferOffer.of(buffer), bench.taker())) {
            BufferTaker home = BufferTaker.into(bench.giver).simulatedBy(bench.giverKernel);
            CompletableFuture<ReceivedBuffer> back = inThread(() -> home.takeFrom(giverEnd));
            BufferOffer.of(there.buffer()).giveTo(takerEnd);
            try (ReceivedBuffer returned = back.join()) {
                assertEquals(buffer.id(), returned.buffer().id());
                Bench.put(returned.buffer(), 7, (byte) 77);
                assertEquals(77, Bench.get(buffer, 7, 1)[0]);
            }
        }
    }

    @Test
    void oneConnectionMayCarrySeveralBuffersOneAfterTheOther() {
        for (int i = 1; i <= 3; i++) {
            try (DmaBuf buffer = bench.simulated(i); ReceivedBuffer received = exchange(BufferOffer.of(buffer), bench.taker())) {
                assertEquals(i * Bench.PAGE, received.buffer().size());
            }
        }
    }

    @Test
    void closedBufferIsNotGiven() {
        DmaBuf buffer = bench.simulated(1);
        BufferOffer offer = BufferOffer.of(buffer);
        buffer.close();
        assertEquals(Errno.EBADF, assertThrows(DmaBufException.class, () -> offer.giveTo(giverEnd)).errno());
    }

    @Test
    void descriptionOfAnotherSizeIsRefused() {
        try (DmaBuf buffer = bench.simulated(1)) {
            BufferOffer offer = BufferOffer.of(buffer);
            BufferDescription other = BufferDescription.ofSize(1).build();
            assertThrows(IllegalArgumentException.class, () -> offer.describedAs(other));
        }
    }

    @Test
    void handingOverLeavesNothingBehindHoweverOften() {
        try (DmaBuf buffer = bench.simulated(3)) {
            ProcessResources open = ProcessResources.now();
            for (int i = 0; i < 50; i++) {
                exchange(BufferOffer.of(buffer), bench.taker()).close();
            }
            assertEquals(open, ProcessResources.now());
        }
    }
}
