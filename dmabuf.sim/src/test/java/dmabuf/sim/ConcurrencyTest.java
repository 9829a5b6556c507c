package dmabuf.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Fd;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.linux.SharedExtents.Extent;
import dmabuf.linux.SharedExtents.Parts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Many threads at once: every buffer is its maker's, and nothing is left behind. */
class ConcurrencyTest extends SimulatedKernelCase {

    private static final int THREADS = 8;
    private static final int ROUNDS = 150;

    @Test
    void buffersOfManyThreadsAreNeverMixedUp() throws Exception {
        inThreads(thread -> {
            for (int round = 0; round < ROUNDS; round++) {
                int mark = thread * ROUNDS + round;
                try (Arena memory = Arena.ofConfined();
                        Fd memfd = Memfd.sealed(kernel, "test", 2 * PAGE);
                        Fd buffer = udmabuf.buffer(List.of(
                                new Extent(memfd.number(), PAGE, PAGE), new Extent(memfd.number(), 0, PAGE)));
                        Fd copy = adopt(kernel.dup(buffer.number()))) {
                    MappedMemory.map(kernel, memfd.number(), 0, PAGE, true, memory).set(ValueLayout.JAVA_INT, 0, mark);
                    MemorySegment mapped = MappedMemory.map(kernel, copy.number(), 0, 2 * PAGE, true, memory);
                    assertEquals(mark, mapped.get(ValueLayout.JAVA_INT, PAGE));
                    assertEquals(2 * PAGE, kernel.lseek(buffer.number(), 0, Posix.SEEK_END));
                    MemorySegment flags = memory.allocateFrom(ValueLayout.JAVA_LONG, 3);
                    assertEquals(0, kernel.ioctl(copy.number(), DmaBufIoctl.SYNC, flags));
                }
            }
        });
        assertEquals(List.of(), kernel.machine().buffers());
    }

    @Test
    void callsOnADescriptorThatIsBeingClosedSucceedOrAreRefused() throws Exception {
        for (int round = 0; round < 40; round++) {
            try (Fd memfd = sealed(2 * PAGE)) {
                int fd = udmabuf.buffer(List.of(new Extent(memfd.number(), PAGE, PAGE), new Extent(memfd.number(), 0, PAGE))).release();
                inThreads(thread -> {
                    if (thread == 0) {
                        assertEquals(0, kernel.close(fd));
                        return;
                    }
                    long address = kernel.mmap(0, 2 * PAGE, Posix.PROT_READ, Posix.MAP_SHARED, fd, 0);
                    String answer = answer(address);
                    if (answer.equals("ok")) {
                        assertEquals(0, kernel.munmap(address, 2 * PAGE));
                    }
                    // Between a close and its being noticed, the number may be a token that is a buffer no more.
                    assertTrue(List.of("ok", "EBADF", "EACCES").contains(answer), answer);
                });
            }
        }
    }

    @Test
    void oneTokenThatArrivesManyTimesAtOnceIsOneBuffer() throws Exception {
        try (SimulatedKernel peer = new SimulatedKernel();
                Fd memfd = sealed(PAGE);
                Fd buffer = udmabuf.buffer(memfd.number(), 0, PAGE)) {
            Parts parts = kernel.disassemble(buffer.number()).orElseThrow();
            List<Integer> tokens = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                tokens.add(real.dup(parts.token()));
            }
            inThreads(thread -> assertEquals(tokens.get(thread),
                    peer.assemble(new Parts(tokens.get(thread), parts.size(), parts.extents()))));
            assertEquals(1, peer.machine().buffers().size());
            tokens.forEach(peer::close);
            assertEquals(0, peer.machine().buffers().size());
        }
    }

    private interface Work {
        void run(int thread) throws Exception;
    }

    private static void inThreads(Work work) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                tasks.add(() -> {
                    work.run(thread);
                    return null;
                });
            }
            for (Future<Void> each : threads.invokeAll(tasks, 60, TimeUnit.SECONDS)) {
                each.get();
            }
        }
    }
}
