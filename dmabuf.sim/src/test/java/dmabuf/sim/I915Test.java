package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Fd;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * In what the GPUs of i915 differ, and what becomes of their objects. What each request answers to what is in the case table of dmabuf.tck,
 * which asks every one of these devices.
 */
class I915Test extends SimulatedKernelCase {

    private static final List<SimulatedGpu> GPUS = List.of(
            SimulatedGpu.I915_LLC, SimulatedGpu.I915_NO_LLC, SimulatedGpu.I915_METEOR_LAKE, SimulatedGpu.I915_DISCRETE);
    private static final int READ_WRITE = Posix.PROT_READ | Posix.PROT_WRITE;

    @BeforeEach
    void plug() {
        GPUS.forEach(gpu -> kernel.machine().plug(card(gpu), gpu));
    }

    private static String card(SimulatedGpu gpu) {
        return "/dev/dri/card" + GPUS.indexOf(gpu);
    }

    private I915 open(SimulatedGpu gpu) {
        return new I915(kernel, card(gpu));
    }

    @ParameterizedTest(name = "{0}: LLC {1}, chipset {2}, fences {3}, slices {4}")
    @CsvSource({
        "I915_LLC, 1, 0x9a49, 32, ENODEV", "I915_NO_LLC, 0, 0x3184, 32, ENODEV", "I915_METEOR_LAKE, 0, 0x7d55, 0, EINVAL",
        "I915_DISCRETE, 0, 0x56a0, 0, EINVAL"
    })
    void parametersTellTheDevice(SimulatedGpu gpu, int llc, String chipset, int fences, String slices) {
        try (I915 device = open(gpu)) {
            assertEquals(llc, device.param(17));
            assertEquals(Integer.decode(chipset), device.param(4));
            assertEquals(fences, device.param(6));
            assertEquals(slices, answer(device.param(46)));
            assertEquals(5, device.param(40));
            assertEquals(0, device.param(27), "nothing writes through");
            assertEquals("EINVAL", answer(device.param(60)));
            assertEquals("EINVAL", answer(device.param(0)));
            assertEquals("EINVAL", answer(device.param(-1)));
        }
    }

    @ParameterizedTest(name = "{0}: GTT {1}, WC {2}, WB {3}, UC {4}, FIXED {5}")
    @CsvSource({
        "I915_LLC, ok, ok, ok, ok, ENODEV", "I915_NO_LLC, ok, ok, ok, ok, ENODEV", "I915_METEOR_LAKE, ENODEV, ok, ok, ok, ENODEV",
        "I915_DISCRETE, ENODEV, ENODEV, ENODEV, ENODEV, ok"
    })
    void modesAreThoseOfTheDevice(SimulatedGpu gpu, String gtt, String wc, String wb, String uc, String fixed) {
        try (I915 device = open(gpu)) {
            int handle = device.create(PAGE);
            List<String> answers = new ArrayList<>();
            for (int mode = 0; mode <= 5; mode++) {
                answers.add(answer(device.offset(handle, mode)));
            }
            assertEquals(List.of(gtt, wc, wb, uc, fixed, "EINVAL"), answers);
            assertEquals("EINVAL", answer(device.offset(handle, -1)));
            assertEquals("EINVAL", answer(device.offset(handle, 1L << 32 | 2)));
        }
    }

    @Test
    void discreteObjectsAreRoundedToPagesOfTheirMemory() {
        try (I915 device = open(SimulatedGpu.I915_DISCRETE)) {
            assertEquals(PAGE, exported(device, device.createIn(1, 0, 0)));
            assertEquals(16 * PAGE, exported(device, device.createIn(1, 0, 1)));
            assertEquals(16 * PAGE, exported(device, device.createIn(1, 1, 0, 1)));
            assertEquals(16 * PAGE, exported(device, device.createIn(1, 0, 1, 0)));
            assertEquals(16 * PAGE, device.drm.dumb(1).size(), "a dumb buffer is in the device's memory");
        }
    }

    private long exported(I915 device, int handle) {
        try (Fd buffer = device.drm.export(handle)) {
            return kernel.lseek(buffer.number(), 0, Posix.SEEK_END);
        }
    }

    @ParameterizedTest(name = "a size of {0}: {1}, on a discrete GPU {2}")
    @CsvSource({
        "0, EINVAL, EINVAL", "1, ok, ok", "4097, ok, ok", "1099511627776, ok, ENXIO", "4611686018427387904, ok, E2BIG",
        "9223372036854775807, E2BIG, E2BIG", "-4096, E2BIG, E2BIG", "-4095, EINVAL, EINVAL"
    })
    void sizesAreThoseThatFit(long size, String integrated, String discrete) {
        for (SimulatedGpu gpu : GPUS) {
            try (I915 device = open(gpu)) {
                assertEquals(gpu == SimulatedGpu.I915_DISCRETE ? discrete : integrated, answer(device.create(size)), gpu::toString);
            }
        }
    }

    @Test
    void memoryRegionsTellWhatTheCpuSees() {
        Map<SimulatedGpu, List<Long>> told = new HashMap<>();
        for (SimulatedGpu gpu : GPUS) {
            try (I915 device = open(gpu)) {
                told.put(gpu, regions(device));
            }
        }
        assertEquals(List.of(0L, PhysicalMemory.bytes(), PhysicalMemory.bytes()), told.get(SimulatedGpu.I915_LLC));
        assertEquals(told.get(SimulatedGpu.I915_LLC), told.get(SimulatedGpu.I915_METEOR_LAKE));
        assertEquals(
                List.of(0L, PhysicalMemory.bytes(), PhysicalMemory.bytes(), 1L, 8L << 30, 256L << 20),
                told.get(SimulatedGpu.I915_DISCRETE));
    }

    /** Class, size and visible size of each. */
    private List<Long> regions(I915 device) {
        MemorySegment item = arena.allocate(24, 8);
        item.set(JAVA_LONG, 0, 4);
        MemorySegment query = arena.allocate(16, 8);
        query.set(JAVA_INT, 0, 1);
        query.set(JAVA_LONG, 8, item.address());
        assertEquals(0, device.ioctl(I915.QUERY, query));
        MemorySegment data = arena.allocate(item.get(JAVA_INT, 8), 8);
        item.set(JAVA_LONG, 16, data.address());
        assertEquals(0, device.ioctl(I915.QUERY, query));
        List<Long> told = new ArrayList<>();
        for (int i = 0; i < data.get(JAVA_INT, 0); i++) {
            long info = 16 + 88L * i;
            told.add((long) data.get(JAVA_SHORT, info));
            told.add(data.get(JAVA_LONG, info + 8));
            told.add(data.get(JAVA_LONG, info + 24));
        }
        return told;
    }

    @ParameterizedTest(name = "query {0}: {1}")
    @CsvSource({"1, ENODEV", "2, ENODEV", "7, ENODEV", "8, EINVAL", "-1, EINVAL"})
    void queriesOfWhatIsNotSimulatedSaySoInTheirLength(long id, String expected) {
        try (I915 device = open(SimulatedGpu.I915_LLC)) {
            MemorySegment item = arena.allocate(24, 8);
            item.set(JAVA_LONG, 0, id);
            MemorySegment query = arena.allocate(16, 8);
            query.set(JAVA_INT, 0, 1);
            query.set(JAVA_LONG, 8, item.address());
            assertEquals(0, device.ioctl(I915.QUERY, query));
            assertEquals(expected, answer(item.get(JAVA_INT, 8)));
        }
    }

    @ParameterizedTest(name = "the request {0}: {1}")
    @CsvSource({"0xc0406469, ENODEV", "0xc008646d, ENODEV", "0xc010647d, EINVAL", "0xc010649f, EINVAL", "0x40, ENOTTY"})
    void requestsThatAreNotSimulatedAreRefused(String request, String expected) {
        try (I915 device = open(SimulatedGpu.I915_LLC)) {
            assertEquals(expected, answer(device.ioctl(Long.decode(request), arena.allocate(64, 8))));
        }
    }

    @Test
    void waitThatTakesLongerThanItMaySaysSo() {
        kernel.machine().plug("/dev/dri/card9", SimulatedGpu.VGEM);
        try (I915 device = open(SimulatedGpu.I915_NO_LLC);
                Drm vgem = new Drm(kernel, "/dev/dri/card9");
                Fd foreign = vgem.export(vgem.dumb(1).handle())) {
            int handle = device.drm.toHandle(foreign.number());
            int fence = vgem.attach(1, VgemUapi.FENCE_WRITE);
            MemorySegment wait = arena.allocate(16, 8);
            wait.set(JAVA_INT, 0, handle);
            wait.set(JAVA_LONG, 8, 1_500_000);
            assertEquals("ETIME", answer(device.ioctl(I915.WAIT, wait)));
            assertEquals(0, wait.get(JAVA_LONG, 8), "no time is left");
            assertEquals(0, vgem.signal(fence));
            wait.set(JAVA_LONG, 8, 60_000_000_000L);
            assertEquals(0, device.ioctl(I915.WAIT, wait));
            long left = wait.get(JAVA_LONG, 8);
            assertTrue(left > 0 && left < 60_000_000_000L, () -> left + " ns are left");
        }
    }

    @ParameterizedTest(name = "capability {0} of a display of Intel''s is {1}")
    @CsvSource({"0x1, 1", "0x3, 24", "0x4, 1", "0x5, 3", "0x7, 1", "0x8, 256", "0x10, 1", "0x11, 0", "0x14, 1", "0x15, 1"})
    void capabilities(String capability, long value) {
        try (I915 device = open(SimulatedGpu.I915_LLC)) {
            MemorySegment struct = arena.allocate(16, 8);
            struct.set(JAVA_LONG, 0, Long.decode(capability));
            assertEquals(0, device.ioctl(Drm.GET_CAP, struct));
            assertEquals(value, struct.get(JAVA_LONG, 8));
        }
    }

    @ParameterizedTest(name = "{0} x {1} of {2} bits: {3}, pitch {4}, size {5}")
    @CsvSource({
        "64, 32, 32, ok, 256, 8192", "1, 1, 8, ok, 64, 4096", "33, 2, 16, ok, 128, 4096", "64, 64, 24, EINVAL, 0, 0",
        "8192, 1, 32, ok, 32768, 32768", "8193, 1, 32, ok, 36864, 36864", "0xffffffff, 1, 8, EINVAL, 0, 0"
    })
    void dumbBuffersHaveLinesThatADisplayCanScan(String width, int height, int bits, String expected, int pitch, long size) {
        try (I915 device = open(SimulatedGpu.I915_LLC)) {
            MemorySegment struct = arena.allocate(32, 8);
            assertEquals(expected, answer(device.drm.createDumb(struct, Long.decode(width).intValue(), height, bits)));
            assertEquals(pitch, struct.get(JAVA_INT, 20));
            assertEquals(size, struct.get(JAVA_LONG, 24));
        }
    }

    @ParameterizedTest(name = "{0}: an import that keeps nothing open")
    @EnumSource(names = {"I915_LLC", "I915_NO_LLC", "I915_METEOR_LAKE", "I915_DISCRETE"})
    void everyGpuTakesAndGivesBackWhatOthersExport(SimulatedGpu gpu) {
        try (I915 device = open(gpu);
                Fd memfd = sealed(4 * PAGE);
                Fd buffer = udmabuf.buffer(memfd.number(), 0, 4 * PAGE)) {
            int handle = device.drm.toHandle(buffer.number());
            assertEquals(1, handle);
            assertEquals(handle, device.drm.toHandle(buffer.number()));
            try (Fd again = device.drm.export(handle)) {
                map(again, 0, PAGE).set(JAVA_INT, 0, 5);
                assertEquals(5, map(memfd, 0, PAGE).get(JAVA_INT, 0));
            }
            assertEquals(0, device.drm.closeHandle(handle));
            assertEquals("EINVAL", answer(device.drm.closeHandle(handle)));
        }
    }

    @ParameterizedTest(name = "a discrete GPU''s object in {0} reaches another device: {1}")
    @CsvSource({"0, ok", "1, EOPNOTSUPP"})
    void ownMemoryReachesNoOtherDevice(int memory, String expected) {
        try (I915 discrete = open(SimulatedGpu.I915_DISCRETE);
                I915 laptop = open(SimulatedGpu.I915_LLC);
                Fd buffer = discrete.drm.export(discrete.createIn(16 * PAGE, 0, memory))) {
            assertEquals(expected, answer(laptop.drm.toHandle(buffer.number())));
            try (I915 other = open(SimulatedGpu.I915_DISCRETE)) {
                assertEquals("ok", answer(other.drm.toHandle(buffer.number())), "its own device knows it");
            }
        }
    }

    @ParameterizedTest(name = "mode {0}")
    @ValueSource(ints = {I915.GTT, I915.WC, I915.WB, I915.UC})
    void offsetsGoWithTheHandleAndMappingsStay(int mode) {
        try (I915 device = open(SimulatedGpu.I915_NO_LLC)) {
            int handle = device.create(PAGE);
            long offset = device.offset(handle, mode);
            MemorySegment mapped = map(device.node(), offset, PAGE);
            assertEquals(offset, device.offset(handle, mode));
            try (Fd buffer = device.drm.export(handle)) {
                assertEquals(0, device.drm.closeHandle(handle));
                assertEquals("EACCES", answer(mmap(device, offset)));
                int again = device.drm.toHandle(buffer.number());
                assertEquals("EACCES", answer(mmap(device, offset)), "a new handle is no offset");
                assertEquals(offset, device.offset(again, mode));
                assertEquals(0, device.drm.closeHandle(again));
            }
            assertEquals("EINVAL", answer(mmap(device, offset)));
            mapped.set(JAVA_INT, 0, 1);
            assertEquals(1, mapped.get(JAVA_INT, 0));
        }
    }

    private long mmap(I915 device, long offset) {
        long address = kernel.mmap(0, PAGE, READ_WRITE, Posix.MAP_SHARED, device.node().number(), offset);
        if (!SyscallResult.isError(address)) {
            kernel.munmap(address, PAGE);
        }
        return address;
    }

    @Test
    void requestsOfOtherSizesAreFilledUpAndCut() {
        try (I915 device = open(SimulatedGpu.I915_LLC)) {
            int handle = device.create(PAGE);
            int[] shorter = {handle, 0, 0, 0};
            assertEquals(0, device.words(I915.MMAP_GTT, shorter));
            long offset = Integer.toUnsignedLong(shorter[2]) | (long) shorter[3] << 32;
            assertEquals(device.offset(handle, I915.GTT), offset);
        }
    }

    @Test
    void extensionsOfOneCallAreAllRead() {
        try (I915 device = open(SimulatedGpu.I915_METEOR_LAKE)) {
            MemorySegment regions = arena.allocate(48, 8);
            MemorySegment list = arena.allocate(4, 4);
            regions.set(JAVA_INT, 36, 1);
            regions.set(JAVA_LONG, 40, list.address());
            MemorySegment attribute = arena.allocate(40, 8);
            attribute.set(JAVA_INT, 8, 2);
            attribute.set(JAVA_INT, 32, 4);
            attribute.set(JAVA_LONG, 0, regions.address());
            int handle = device.createExtended(PAGE, 0, attribute);
            assertEquals("ok", answer(handle));
            assertEquals("EOPNOTSUPP", answer(device.getCaching(handle)));
            attribute.set(JAVA_INT, 32, 5);
            assertEquals("EINVAL", answer(device.createExtended(PAGE, 0, attribute)));
            MemorySegment protection = arena.allocate(40, 8);
            protection.set(JAVA_INT, 8, 1);
            assertEquals("ENODEV", answer(device.createExtended(PAGE, 0, protection)), "no firmware for protected content");
        }
    }
}
