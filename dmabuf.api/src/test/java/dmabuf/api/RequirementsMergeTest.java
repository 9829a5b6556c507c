package dmabuf.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.KernelKind;
import dmabuf.frame.DrmFormat;
import dmabuf.frame.DrmModifier;
import dmabuf.frame.FrameFormat;
import dmabuf.frame.FrameFormats;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What several importers need together does not depend on who is asked first. */
class RequirementsMergeTest {

    private static final DrmModifier X_TILED = new DrmModifier(0x0100000000000001L);
    private static final List<FrameFormat> FORMATS = List.of(
            new FrameFormat(DrmFormat.XRGB8888, DrmModifier.LINEAR),
            new FrameFormat(DrmFormat.XRGB8888, X_TILED),
            new FrameFormat(DrmFormat.NV12, DrmModifier.LINEAR),
            new FrameFormat(DrmFormat.NV12, DrmModifier.INVALID));

    private static final List<ImporterDevice> DEVICES = List.of(ImporterDevice.named("gpu"), ImporterDevice.named("vmm"));
    private static final ImporterOps OPS = attachment -> {};

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private Requirements any() {
        Requirements some = Requirements.none();
        if (random.nextBoolean()) {
            List<Caching> order = shuffled(Arrays.asList(Caching.values()));
            some = some.caching(order.getFirst(), order.subList(1, 1 + random.nextInt(order.size())).toArray(Caching[]::new));
        }
        if (random.nextBoolean()) {
            List<FrameFormat> order = shuffled(FORMATS);
            some = some.formats(FrameFormats.of(order.subList(0, 1 + random.nextInt(order.size()))));
        }
        some = random.nextBoolean() ? some.strideAlignment(1 << random.nextInt(31)) : some;
        some = random.nextBoolean() ? some.size(random.nextLong()) : some;
        some = random.nextBoolean() ? some.access(Access.values()[random.nextInt(3)]) : some;
        some = random.nextBoolean() ? some.contiguous() : some;
        some = random.nextBoolean() ? some.wrap() : some;
        some = random.nextBoolean() ? some.mmap() : some;
        some = random.nextBoolean() ? some.attach(DEVICES.get(random.nextInt(2))) : some;
        some = random.nextBoolean() ? some.attach(DEVICES.get(random.nextInt(2)), OPS) : some;
        // Rarely, so that most can be merged.
        some = random.nextInt(4) == 0 ? some.placement(Placement.values()[random.nextInt(2)]) : some;
        some = random.nextInt(4) == 0 ? some.exporter("driver " + random.nextInt(2)) : some;
        some = random.nextInt(4) == 0 ? some.device("/dev/" + random.nextInt(2)) : some;
        return random.nextInt(4) == 0 ? some.kernel(KernelKind.values()[random.nextInt(2)]) : some;
    }

    private <T> List<T> shuffled(List<T> list) {
        List<T> copy = new ArrayList<>(list);
        Collections.shuffle(copy, random);
        return copy;
    }

    private static Optional<Requirements> merge(Optional<Requirements> one, Optional<Requirements> other) {
        try {
            return one.flatMap(mine -> other.map(mine::and));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Test
    void mergingIsCommutativeAndAssociative() {
        int merged = 0;
        for (int run = 0; run < 20_000; run++) {
            Optional<Requirements> a = Optional.of(any());
            Optional<Requirements> b = Optional.of(any());
            Optional<Requirements> c = Optional.of(any());
            Optional<Requirements> all = merge(merge(a, b), c);
            String what = "seed " + seed + " run " + run + ": " + a + " and " + b + " and " + c;
            assertEquals(all, merge(a, merge(b, c)), what);
            assertEquals(all, merge(merge(c, a), b), what);
            assertEquals(all, merge(merge(c, b), a), what);
            assertEquals(merge(a, b), merge(b, a), what);
            assertEquals(a, merge(a, Optional.of(Requirements.none())), what);
            all.ifPresent(both -> {
                assertEquals(both.toString(), c.orElseThrow().and(b.orElseThrow()).and(a.orElseThrow()).toString(), what);
                assertEquals(both.hashCode(), c.orElseThrow().and(b.orElseThrow()).and(a.orElseThrow()).hashCode(), what);
                if (both.formats().isPresent() && both.formats().equals(both.formats().map(FrameFormats::shareable))) {
                    assertEquals(both, both.and(both), what);
                }
            });
            merged += all.isPresent() ? 1 : 0;
        }
        assertTrue(merged > 1000, merged + " could be merged");
    }

    @Test
    void whatAllTogetherWantMostComesFirst() {
        Requirements camera = Requirements.none().caching(Caching.CACHED, Caching.UNCACHED, Caching.WRITE_COMBINED);
        Requirements display = Requirements.none().caching(Caching.WRITE_COMBINED, Caching.CACHED);
        assertEquals("mmap cached or write-combined", camera.and(display).toString(), "0 + 1 is less than 1 + 0 is not: a tie is cached's");
        Requirements encoder = Requirements.none().caching(Caching.UNCACHED, Caching.WRITE_COMBINED, Caching.CACHED);
        assertEquals("mmap write-combined or cached", camera.and(display).and(encoder).toString());
        FrameFormats rgb = FrameFormats.linear(DrmFormat.XRGB8888, DrmFormat.NV12);
        FrameFormats video = FrameFormats.linear(DrmFormat.YUYV, DrmFormat.NV12);
        assertEquals(Optional.of(FrameFormats.linear(DrmFormat.NV12)),
                Requirements.none().formats(rgb).and(Requirements.none().formats(video)).formats());
    }

    @Test
    void implicitLayoutIsNotSharedByTwo() {
        FrameFormats own = FrameFormats.of(DrmFormat.XRGB8888, DrmModifier.INVALID, DrmModifier.LINEAR);
        Requirements one = Requirements.none().formats(own);
        assertEquals(Optional.of(own), one.formats());
        assertEquals(Optional.of(own), one.and(Requirements.none()).formats());
        assertEquals(Optional.of(FrameFormats.linear(DrmFormat.XRGB8888)), one.and(one).formats());
        Requirements only = Requirements.none().formats(FrameFormats.of(DrmFormat.XRGB8888, DrmModifier.INVALID));
        assertEquals(Optional.of(FrameFormats.of(List.of())), only.and(one).formats());
    }

    @Test
    void largestAlignmentMeetsAll() {
        Requirements both = Requirements.none().strideAlignment(64).and(Requirements.none().strideAlignment(256).strideAlignment(16));
        assertEquals(256, both.strideAlignment());
        assertEquals("strides of multiples of 256 bytes", both.toString());
        for (int wrong : new int[] {0, -1, 3, Integer.MIN_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> Requirements.none().strideAlignment(wrong));
        }
    }

    @Test
    void accessOfAllIsPermitted() {
        Requirements reader = Requirements.none().access(Access.READ);
        assertEquals("mmap, CPU access read", reader.access(Access.READ).toString());
        assertEquals("mmap, CPU access read-write", reader.and(Requirements.none().access(Access.WRITE)).toString());
    }

    @Test
    void whoHasToAttachIsListedOnce() {
        ImporterDevice gpu = DEVICES.getFirst();
        Requirements one = Requirements.none().attach(gpu);
        assertEquals("attached by gpu", one.and(one).toString());
        assertEquals("attached by gpu, vmm", Requirements.none().attach(DEVICES.getLast()).and(one).toString());
        assertNotEquals(one, Requirements.none().attach(gpu, OPS));
        assertThrows(NullPointerException.class, () -> Requirements.none().attach(null));
        assertThrows(NullPointerException.class, () -> Requirements.none().attach(gpu, null));
    }

    @Test
    void sourceIsAskedForALayoutThatItHas() {
        ExporterProperties plain = ExporterProperties.builder("udmabuf", "/dev/udmabuf", KernelKind.LINUX).build();
        Requirements tiled = Requirements.none().formats(FrameFormats.of(DrmFormat.XRGB8888, X_TILED));
        assertEquals(Optional.of("its frames are linear, needed is intel:0x100000000000001 XRGB8888"), tiled.refuse(plain));
        assertEquals(Optional.empty(), tiled.refuse(plain.toBuilder().modifiers(X_TILED).build()));
        assertEquals(Optional.of("no format is one that all importers agree on"),
                tiled.formats(FrameFormats.linear(DrmFormat.NV12)).refuse(plain));
        assertEquals(Optional.empty(), Requirements.none().formats(FrameFormats.linear(DrmFormat.NV12)).refuse(plain));
    }

    @Test
    void everyReasonAgainstASourceIsGiven() {
        ExporterProperties blind = ExporterProperties.builder("blind", "/dev/blind", KernelKind.LINUX).maxSize(4096).build();
        Requirements many = Requirements.none().cachedReads().contiguous().wrap().placement(Placement.DEVICE).size(4097);
        assertEquals(
                List.of("its buffers cannot be mapped by the CPU", "it has no memory of the device",
                        "it cannot make a buffer of existing memory", "its buffers need not be one physical stretch",
                        "its limit is 4096 bytes, needed are 4097"),
                many.refusals(blind));
        assertEquals(List.of("exporter is blind, needed is other"), many.exporter("other").refusals(blind));
        assertEquals(List.of(), Requirements.none().refusals(blind));
    }

    @Test
    void equalIsWhatRequiresTheSame() {
        assertEquals(Requirements.none().mmap().contiguous(), Requirements.none().contiguous().mmap());
        assertNotEquals(Requirements.none().mmap(), Requirements.none());
        assertNotEquals(Requirements.none().caching(Caching.CACHED, Caching.UNCACHED),
                Requirements.none().caching(Caching.UNCACHED, Caching.CACHED), "the order is a requirement too");
    }
}
