package dmabuf.share;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.MemoryKind;
import dmabuf.api.MmapPolicy;
import dmabuf.api.PolicyOrigin;
import dmabuf.fd.Errno;
import dmabuf.frame.DrmFormat;
import dmabuf.frame.DrmModifier;
import dmabuf.frame.FrameDescription;
import dmabuf.frame.FramePlane;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class OfferTest {

    private static final Offer PLAIN = new Offer(
            BufferDescription.ofSize(0x100000).name("frame").policy(MmapPolicy.mappable(Caching.CACHED)).picture(640, 400, 2560, 0x34325258)
                    .modifier(0).build(),
            false, 1, List.of());
    private static final Offer SIMULATED = new Offer(
            BufferDescription.ofSize(0x3000).build(), true, 3,
            List.of(new Offer.Extent(2, 0x1000, 0x1000), new Offer.Extent(1, 0, 0x1000), new Offer.Extent(2, 0x1000, 0x1000)));

    /** The planes of NV12, which the older form cannot say. */
    private static final Offer PLANAR = new Offer(
            BufferDescription.ofSize(0x3000).name("nv").frame(FrameDescription.packed(DrmFormat.NV12, 64, 100, 64)).build(), false, 1,
            List.of());

    private static Offer read(byte[] bytes, int descriptors) throws MalformedMessageException {
        return new OfferReader(bytes, descriptors).read();
    }

    private static BufferDescription declared(BufferDescription description) {
        BufferDescription.Builder builder = BufferDescription.ofSize(description.size()).name(description.name())
                .policy(description.policy().saidBy(PolicyOrigin.DECLARED)).planes(description.planes());
        if (description.hasPicture()) {
            builder.picture(description.width(), description.height(), description.stride(), description.fourcc());
        }
        description.modifier().ifPresent(builder::modifier);
        return builder.build();
    }

    @Test
    void bytesAreThoseOfTheDocument() {
        // docs/share-protocol.md, field by field.
        assertEquals("444d4142" + "0100" + "0100" + "48000000" + "6e000000" + "0000100000000000" + "01000000" + "03000000"
                        + "01000000" + "00000000" + "05000000" + "80020000" + "90010000" + "000a0000" + "58523234" + "00000000"
                        + "0000000000000000" + "6672616d65",
                HexFormat.of().formatHex(PLAIN.encode()));
        assertEquals("444d4142" + "0100" + "0100" + "48000000" + "07000000" + "0030000000000000" + "00000000" + "03000000"
                        + "03000000" + "03000000" + "00000000" + "00000000" + "00000000" + "00000000" + "00000000" + "00000000"
                        + "0000000000000000"
                        + "02000000" + "00000000" + "0010000000000000" + "0010000000000000"
                        + "01000000" + "00000000" + "0000000000000000" + "0010000000000000"
                        + "02000000" + "00000000" + "0010000000000000" + "0010000000000000",
                HexFormat.of().formatHex(SIMULATED.encode()));
        assertEquals("444d4142" + "0100" + "0100" + "70000000" + "e6000000" + "0030000000000000" + "00000000" + "03000000"
                        + "01000000" + "00000000" + "02000000" + "40000000" + "64000000" + "40000000" + "4e563132" + "00000000"
                        + "0000000000000000" + "02000000" + "00000000"
                        + "0000000000000000" + "40000000" + "00000000" + "0019000000000000" + "40000000" + "00000000" + "6e76",
                HexFormat.of().formatHex(PLANAR.encode()));
        assertEquals("444d4142" + "0100" + "0200" + "18000000" + "00000000" + "13000000" + "00000000",
                HexFormat.of().formatHex(Status.refused(Errno.ENODEV).encode()));
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        assertEquals(declared(PLAIN.description()), read(PLAIN.encode(), 1).description());
        assertEquals(declared(PLANAR.description()), read(PLANAR.encode(), 1).description());
        assertEquals(PLANAR.description().frame(), read(PLANAR.encode(), 1).description().frame());
        Offer simulated = read(SIMULATED.encode(), 3);
        assertEquals(SIMULATED.extents(), simulated.extents());
        assertTrue(simulated.simulated());
        assertEquals(0, Status.decode(Status.taken().encode()).errno());
        assertEquals(Errno.ENODEV, Status.decode(Status.refused(Errno.ENODEV).encode()).error());
        assertEquals(Errno.EIO, Status.decode(Status.refused(Errno.UNLISTED).encode()).error());
    }

    @Test
    void contentTravelsAsPadding() throws Exception {
        byte[] bytes = new Offer(BufferDescription.ofSize(8192).content(4097).build(), false, 1, List.of()).encode();
        assertEquals(4095, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(60));
        assertEquals(4097, read(bytes, 1).description().content());
    }

    @Test
    void everyPolicyIsReadAsItWasWritten() throws Exception {
        for (Caching caching : Caching.values()) {
            for (Access access : Access.values()) {
                for (int bits = 0; bits < 16; bits++) {
                    boolean guest = (bits & 8) != 0 && (bits & 1) != 0 && caching != Caching.UNKNOWN;
                    MmapPolicy policy = new MmapPolicy((bits & 1) != 0, caching, (bits & 2) != 0, access,
                            (bits & 4) != 0 ? MemoryKind.IO : MemoryKind.SYSTEM, guest, PolicyOrigin.EXPORTER);
                    Offer offer = new Offer(BufferDescription.ofSize(1).policy(policy).build(), false, 1, List.of());
                    assertEquals(policy.saidBy(PolicyOrigin.DECLARED), read(offer.encode(), 1).description().policy());
                }
            }
        }
    }

    @Test
    void everyFrameArrivesAsItWas() throws Exception {
        for (DrmFormat format : List.of(DrmFormat.XRGB8888, DrmFormat.NV12, DrmFormat.YUV420, DrmFormat.of("VUY8"))) {
            for (DrmModifier modifier : List.of(DrmModifier.LINEAR, DrmModifier.INVALID, new DrmModifier(0x0100000000000001L))) {
                for (long offset : new long[] {0, 64}) {
                    List<FramePlane> planes = new ArrayList<>();
                    for (int i = 0; i < Math.max(1, format.planes().size()); i++) {
                        planes.add(new FramePlane(offset + i * 4096L, 96));
                    }
                    FrameDescription frame = new FrameDescription(format, modifier, 16, 8, planes);
                    Offer offer = new Offer(BufferDescription.ofSize(0x10000).frame(frame).build(), false, 1, List.of());
                    BufferDescription read = read(offer.encode(), 1).description();
                    assertEquals(Optional.of(frame), read.frame());
                    boolean olderForm = planes.size() == 1 && offset == 0;
                    assertEquals(olderForm, offer.encode().length == Wire.OFFER_LENGTH, "old takers understand what can be said to them");
                }
            }
        }
    }

    @Test
    void headerMayHaveGrown() throws Exception {
        byte[] bytes = SIMULATED.encode();
        byte[] grown = new byte[bytes.length + 16];
        System.arraycopy(bytes, 0, grown, 0, Wire.OFFER_LENGTH);
        System.arraycopy(bytes, Wire.OFFER_LENGTH, grown, Wire.OFFER_LENGTH + 16, bytes.length - Wire.OFFER_LENGTH);
        ByteBuffer.wrap(grown).order(ByteOrder.LITTLE_ENDIAN).putInt(8, Wire.OFFER_LENGTH + 16).putInt(12, 0xff0000 | 7).putLong(72, -1);
        assertEquals(SIMULATED.extents(), read(grown, 3).extents());
    }

    /** A wrong message: the offer to spoil, how, and what is to be said about it. */
    private record Wrong(Offer offer, Consumer<ByteBuffer> spoil, Errno errno, String complaint) {}

    private static Wrong plain(Consumer<ByteBuffer> spoil, String complaint) {
        return new Wrong(PLAIN, spoil, Errno.EPROTO, complaint);
    }

    private static Wrong simulated(Consumer<ByteBuffer> spoil, String complaint) {
        return new Wrong(SIMULATED, spoil, Errno.EPROTO, complaint);
    }

    private static Wrong planar(Consumer<ByteBuffer> spoil, String complaint) {
        return new Wrong(PLANAR, spoil, Errno.EPROTO, complaint);
    }

    @Test
    void everyFieldIsChecked() {
        List<Wrong> wrongs = List.of(
                plain(b -> b.put(0, (byte) 'd'), "does not begin with DMAB"),
                new Wrong(PLAIN, b -> b.putShort(4, (short) 2), Errno.EPROTONOSUPPORT, "version 2 of the protocol, this taker version 1"),
                new Wrong(PLAIN, b -> b.putShort(4, (short) -1), Errno.EPROTONOSUPPORT, "version 65535 of the protocol"),
                plain(b -> b.putShort(6, (short) 2), "is of type 2, expected was 1"),
                plain(b -> b.putInt(8, 64), "header is 64"),
                plain(b -> b.putInt(8, 76), "header is 76"),
                plain(b -> b.putInt(8, 80), "header is 80"),
                plain(b -> b.putInt(8, -8), "header is 4294967288"),
                new Wrong(PLAIN, b -> b.putInt(12, 0x8000 | 0x6e), Errno.EPROTONOSUPPORT, "flags that this taker does not know: 0x8000"),
                plain(b -> b.putInt(12, 0x6f), "1 descriptors came, where a simulated buffer has 2 or more"),
                plain(b -> b.putInt(12, 0x4e), "a modifier says nothing without a picture"),
                plain(b -> b.putInt(12, 0x6a), "guest needs a mapping"),
                plain(b -> b.putLong(16, 0), "the size is 0"),
                plain(b -> b.putLong(16, -1), "the size is -1"),
                plain(b -> b.putLong(16, 2560 * 399), "the picture has 400 rows"),
                plain(b -> b.putInt(24, 4), "caching is number 4"),
                plain(b -> b.putInt(24, 0), "guest needs a mapping of known caching"),
                plain(b -> b.putInt(28, 0), "access is number 0"),
                plain(b -> b.putInt(28, 4), "access is number 4"),
                plain(b -> b.putInt(28, -1), "access is number 4294967295"),
                plain(b -> b.putInt(32, 2), "2 descriptors are announced, and 1 came"),
                plain(b -> b.putInt(36, 1), "1 extents are announced"),
                plain(b -> b.putInt(40, 32), "name of 32 bytes"),
                plain(b -> b.putInt(40, -1), "name of 4294967295 bytes"),
                plain(b -> b.putInt(40, 4), "and by its header 76"),
                plain(b -> b.putInt(44, 0), "width of the picture is 0"),
                plain(b -> b.putInt(48, -1), "the picture is 640x-1"),
                plain(b -> b.putInt(52, 0), "stride 0"),
                plain(b -> b.putInt(56, 0), "format 0x0"),
                plain(b -> b.putInt(60, -1), "the content is -"),
                plain(b -> b.put(72, (byte) 0xff), "not UTF-8"),
                plain(b -> b.put(72, (byte) '\n'), "control characters"),
                plain(b -> b.put(72, (byte) 0), "control characters"),
                planar(b -> b.putInt(12, 0x86), "planes say nothing without a picture"),
                plain(b -> b.putInt(12, 0xee), "planes are announced in a header of 72 bytes"),
                planar(b -> b.putInt(52, 63), "the stride of the picture is 63"),
                planar(b -> b.putInt(72, 0), "0 planes"),
                planar(b -> b.putInt(72, 1), "has 1 planes, linear NV12 has 2"),
                planar(b -> b.putInt(72, 3), "3 planes"),
                planar(b -> b.putInt(72, 5), "5 planes"),
                planar(b -> b.putInt(72, -1), "4294967295 planes"),
                planar(b -> b.putInt(76, 1), "reserved field of the planes"),
                planar(b -> b.putLong(80, -1), "plane 0 begins at 18446744073709551615"),
                planar(b -> b.putLong(96, Long.MAX_VALUE), "plane 1 of NV12 64x100: row 49"),
                planar(b -> b.putLong(96, 0x3000), "plane 1 of NV12 64x100, stride 64 + 64 at 12288 does not fit: row 0 of 50"),
                planar(b -> b.putInt(88, 0), "the stride of the picture is 64"),
                planar(b -> b.putInt(104, 63), "plane 1 of NV12 64x100: a row needs 64 bytes, its stride is 63"),
                planar(b -> b.putInt(104, -1), "rows of 4294967295 bytes"),
                planar(b -> b.putInt(92, 1), "reserved field of plane 0"),
                planar(b -> b.putLong(16, 9599), "plane 1 of NV12 64x100, stride 64 + 64 at 6400 does not fit: row 49 of 50 ends"),
                simulated(b -> b.putInt(12, 6), "3 descriptors came, where a buffer has 1"),
                simulated(b -> b.putLong(16, 0x2000), "longer than the buffer"),
                simulated(b -> b.putLong(16, 0x4000), "4096 bytes shorter than the buffer"),
                simulated(b -> b.putInt(36, 0), "0 extents"),
                simulated(b -> b.putInt(36, 4097), "4097 extents"),
                simulated(b -> b.putInt(36, -1), "4294967295 extents"),
                simulated(b -> b.putInt(36, 2), "by its header 120"),
                simulated(b -> b.putInt(72, 0), "extent 0 lies in descriptor 0"),
                simulated(b -> b.putInt(72, 3), "extent 0 lies in descriptor 3"),
                simulated(b -> b.putInt(72, -1), "extent 0 lies in descriptor 4294967295"),
                simulated(b -> b.putInt(96, 2), "a descriptor is used by no extent"),
                simulated(b -> b.putInt(76, 1), "reserved field of extent 0"),
                simulated(b -> b.putLong(80, -4096), "extent 0 is 4096 bytes from 18446744073709547520 on"),
                simulated(b -> b.putLong(80, Long.MAX_VALUE), "extent 0 is"),
                simulated(b -> b.putLong(88, 0), "extent 0 is 0 bytes"),
                simulated(b -> b.putLong(88, Long.MAX_VALUE), "extent 0 is"));
        for (Wrong wrong : wrongs) {
            byte[] bytes = wrong.offer.encode();
            wrong.spoil.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
            MalformedMessageException e = assertThrows(
                    MalformedMessageException.class, () -> read(bytes, wrong.offer.descriptors()), wrong.complaint);
            assertEquals(wrong.errno, e.errno(), wrong.complaint);
            assertTrue(e.getMessage().contains(wrong.complaint), () -> e.getMessage() + " should say: " + wrong.complaint);
        }
    }

    @Test
    void everyShorterAndLongerMessageIsRefused() {
        for (Offer offer : List.of(PLAIN, SIMULATED, PLANAR)) {
            byte[] bytes = offer.encode();
            for (int length = 0; length < bytes.length + 50; length++) {
                if (length != bytes.length) {
                    byte[] cut = Arrays.copyOf(bytes, length);
                    assertThrows(MalformedMessageException.class, () -> read(cut, offer.descriptors()));
                }
            }
        }
    }

    @Test
    void statusIsReadWhateverItsVersion() throws Exception {
        byte[] status = Status.refused(Errno.EPROTONOSUPPORT).encode();
        ByteBuffer.wrap(status).order(ByteOrder.LITTLE_ENDIAN).putShort(4, (short) 7);
        assertEquals(new Status(7, Errno.EPROTONOSUPPORT.number()), Status.decode(Arrays.copyOf(status, 40)));
        assertThrows(MalformedMessageException.class, () -> Status.decode(Arrays.copyOf(status, 23)));
        assertThrows(MalformedMessageException.class, () -> Status.decode(PLAIN.encode()));
    }

    @Test
    void garbageIsRefusedOrHarmless() {
        long seed = Bench.seed("garbageIsRefusedOrHarmless");
        Random random = new Random(seed);
        List<Offer> offers = List.of(PLAIN, SIMULATED, PLANAR);
        for (int round = 0; round < 50_000; round++) {
            Offer offer = offers.get(random.nextInt(3));
            byte[] bytes = random.nextInt(10) == 0 ? new byte[random.nextInt(200)] : offer.encode();
            int changes = random.nextInt(4);
            for (int i = 0; i < changes && bytes.length > 0; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? random.nextInt() : 1 << random.nextInt(8));
            }
            try {
                checkHarmless(read(bytes, offer.descriptors()), bytes, offer.descriptors());
            } catch (MalformedMessageException refused) {
                assertTrue(refused.errno() == Errno.EPROTO || refused.errno() == Errno.EPROTONOSUPPORT);
            } catch (RuntimeException | AssertionError e) {
                fail("seed " + seed + ", round " + round + ": " + HexFormat.of().formatHex(bytes), e);
            }
        }
    }

    private static void checkHarmless(Offer offer, byte[] bytes, int descriptors) {
        assertEquals(descriptors, offer.descriptors());
        assertTrue(offer.description().size() > 0);
        List<Integer> used = new ArrayList<>();
        long sum = 0;
        for (Offer.Extent extent : offer.extents()) {
            assertTrue(extent.memfd() > 0 && extent.memfd() < descriptors && extent.offset() >= 0 && extent.length() > 0);
            assertTrue(extent.offset() + extent.length() > 0);
            used.add(extent.memfd());
            sum += extent.length();
        }
        assertTrue(!offer.simulated() || sum == offer.description().size() && used.contains(1));
        offer.description().frame().ifPresent(frame -> frame.requireFits(offer.description().size()));
        // What is understood is written again the same way, save for fields and flags that nobody looks at.
        byte[] again = offer.encode();
        assertEquals(bytes.length - ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(8),
                again.length - ByteBuffer.wrap(again).order(ByteOrder.LITTLE_ENDIAN).getInt(8));
        assertArrayEquals(Arrays.copyOfRange(bytes, 16, 44), Arrays.copyOfRange(again, 16, 44));
    }
}
