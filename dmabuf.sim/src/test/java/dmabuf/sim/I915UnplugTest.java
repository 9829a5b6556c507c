package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Fd;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A GPU that goes in the middle of whatever is being done with it. What is open answers ENODEV, what is mapped stays. */
class I915UnplugTest extends SimulatedKernelCase {

    private static final String CARD = "/dev/dri/card0";
    private static final int READ_WRITE = Posix.PROT_READ | Posix.PROT_WRITE;
    private static final int RW = 3;
    private static final int END = 4;

    /** What somebody has at some point of using a GPU. */
    private final class User implements AutoCloseable {
        private final I915 gpu = new I915(kernel, CARD);
        private final boolean discrete;
        private final List<Fd> buffers = new ArrayList<>();
        private int handle;
        private long offset;
        private MemorySegment mapped;

        User(SimulatedGpu gpu) {
            discrete = gpu == SimulatedGpu.I915_DISCRETE;
        }

        long create() {
            return handle = gpu.create(2 * PAGE);
        }

        long offset() {
            return offset = gpu.offset(handle, discrete ? I915.FIXED : I915.WB);
        }

        long map() {
            long address = kernel.mmap(0, 2 * PAGE, READ_WRITE, Posix.MAP_SHARED, gpu.node().number(), offset);
            if (!SyscallResult.isError(address)) {
                mapped = MappedMemory.view(kernel, address, 2 * PAGE, arena);
                mapped.set(JAVA_INT, 0, 42);
            }
            return address;
        }

        long export() {
            int fd = gpu.drm.toFd(handle, Drm.CLOEXEC | Drm.RDWR);
            if (fd >= 0) {
                buffers.add(adopt(fd));
            }
            return fd;
        }

        long importOwn() {
            return gpu.drm.toHandle(buffers.isEmpty() ? -1 : buffers.getFirst().number());
        }

        @Override
        public void close() {
            buffers.forEach(Fd::close);
            gpu.close();
        }
    }

    /** The steps of using a GPU, in their order. */
    private static final Map<String, ToLongFunction<User>> STEPS = new LinkedHashMap<>();

    static {
        STEPS.put("GETPARAM", user -> user.gpu.param(30));
        STEPS.put("GEM_CREATE", User::create);
        STEPS.put("MMAP_OFFSET", User::offset);
        STEPS.put("mmap", User::map);
        STEPS.put("BUSY", user -> user.gpu.words(I915.BUSY, user.handle, 0));
        STEPS.put("WAIT", user -> user.gpu.words(I915.WAIT, user.handle, 0, 0, 0));
        STEPS.put("SW_FINISH", user -> user.gpu.words(I915.SW_FINISH, user.handle));
        STEPS.put("HANDLE_TO_FD", User::export);
        STEPS.put("FD_TO_HANDLE", User::importOwn);
        STEPS.put("GEM_CLOSE", user -> user.gpu.drm.closeHandle(user.handle));
    }

    static Stream<Object[]> everyStepOfEveryGpu() {
        return Stream.of(SimulatedGpu.I915_LLC, SimulatedGpu.I915_NO_LLC, SimulatedGpu.I915_METEOR_LAKE, SimulatedGpu.I915_DISCRETE)
                .flatMap(gpu -> STEPS.keySet().stream().map(step -> new Object[] {gpu, step}));
    }

    @ParameterizedTest(name = "{0} goes before {1}")
    @MethodSource("everyStepOfEveryGpu")
    void operationOnAGpuThatIsGoneIsRefusedAndWhatIsMappedStays(SimulatedGpu gpu, String last) {
        kernel.machine().plug(CARD, gpu);
        try (User user = new User(gpu)) {
            for (Map.Entry<String, ToLongFunction<User>> step : STEPS.entrySet()) {
                if (step.getKey().equals(last)) {
                    break;
                }
                long result = step.getValue().applyAsLong(user);
                assertTrue(!SyscallResult.isError(result), () -> step.getKey() + ": " + answer(result));
            }
            assertTrue(kernel.machine().unplug(CARD));
            assertEquals("ENODEV", answer(STEPS.get(last).applyAsLong(user)));
            if (user.mapped != null) {
                assertEquals(42, user.mapped.get(JAVA_INT, 0));
                user.mapped.set(JAVA_INT, PAGE, 43);
                assertEquals(43, user.mapped.get(JAVA_INT, PAGE));
            }
            user.buffers.forEach(buffer -> assertBufferGoesOn(user, buffer));
            assertEquals("ENOENT", answer(kernel.open(CARD, Posix.O_RDWR)));
        }
    }

    /** A dma-buf outlives its device; only mapping it anew takes a discrete GPU, whose memory it is. */
    private void assertBufferGoesOn(User user, Fd buffer) {
        assertEquals(0, sync(buffer.number(), RW));
        assertEquals(0, sync(buffer.number(), RW | END));
        assertEquals(2 * PAGE, kernel.lseek(buffer.number(), 0, Posix.SEEK_END));
        long address = kernel.mmap(0, PAGE, READ_WRITE, Posix.MAP_SHARED, buffer.number(), 0);
        assertEquals(user.discrete ? "ENODEV" : "ok", answer(address));
        if (!user.discrete) {
            assertEquals(0, kernel.munmap(address, PAGE));
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"I915_LLC", "I915_NO_LLC", "I915_METEOR_LAKE", "I915_DISCRETE"})
    void gpuThatGoesWhileItIsUsedAnswersNothingElse(SimulatedGpu gpu) throws Exception {
        Set<String> answers = ConcurrentHashMap.newKeySet();
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            for (int round = 0; round < 20; round++) {
                kernel.machine().plug(CARD, gpu);
                List<Future<Void>> users = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    I915 device = new I915(kernel, CARD);
                    users.add(threads.submit((Callable<Void>) () -> use(device, gpu, answers)));
                }
                Thread.onSpinWait();
                kernel.machine().unplug(CARD);
                for (Future<Void> user : users) {
                    user.get(30, TimeUnit.SECONDS);
                }
            }
        }
        assertEquals(Set.of("ENODEV"), answers);
    }

    /** Makes, maps and gives back until the GPU is gone. */
    private Void use(I915 device, SimulatedGpu gpu, Set<String> answers) {
        try (device) {
            while (true) {
                long result = device.create(PAGE);
                int handle = (int) result;
                if (result >= 0) {
                    result = device.offset(handle, gpu == SimulatedGpu.I915_DISCRETE ? I915.FIXED : I915.WC);
                }
                if (result >= 0) {
                    result = kernel.mmap(0, PAGE, READ_WRITE, Posix.MAP_SHARED, device.node().number(), result);
                    if (!SyscallResult.isError(result)) {
                        kernel.munmap(result, PAGE);
                        result = device.drm.closeHandle(handle);
                    }
                }
                if (SyscallResult.isError(result)) {
                    answers.add(answer(result));
                    return null;
                }
            }
        }
    }

    @Test
    void anotherGpuInTheSamePlaceHasNothingOfTheFirst() {
        kernel.machine().plug(CARD, SimulatedGpu.I915_LLC);
        try (I915 old = new I915(kernel, CARD);
                Fd buffer = old.buffer(PAGE)) {
            kernel.machine().unplug(CARD);
            kernel.machine().plug(CARD, SimulatedGpu.I915_DISCRETE);
            assertEquals("ENODEV", answer(old.create(PAGE)));
            try (I915 fresh = new I915(kernel, CARD)) {
                int foreign = fresh.drm.toHandle(buffer.number());
                assertEquals(1, foreign, "a foreign buffer now");
                assertEquals("ENODEV", answer(fresh.offset(foreign, I915.FIXED)));
                assertEquals("ENODEV", answer(fresh.setCaching(foreign, 1)));
            }
        }
    }
}
