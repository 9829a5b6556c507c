package dmabuf.fd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FdTest {

    /** Counts what it is asked to close. */
    private static final class CountingKernel implements Kernel {

        final AtomicInteger closes = new AtomicInteger();
        final KernelKind kind;
        volatile int answer;
        volatile int lastClosed = -1;

        CountingKernel(KernelKind kind) {
            this.kind = kind;
        }

        @Override
        public KernelKind kind() {
            return kind;
        }

        @Override
        public int close(int fd) {
            closes.incrementAndGet();
            lastClosed = fd;
            return answer;
        }
    }

    private final CountingKernel kernel = new CountingKernel(KernelKind.LINUX);

    @Test
    void ownerClosesOnce() {
        Fd fd = Fd.adopt(31, kernel);
        assertTrue(fd.isOpen());
        assertEquals(31, fd.number());
        fd.close();
        fd.close();
        assertEquals(1, kernel.closes.get());
        assertEquals(31, kernel.lastClosed);
        assertFalse(fd.isOpen());
    }

    @Test
    void numberOfAClosedDescriptorIsNotHandedOut() {
        Fd fd = Fd.adopt(0, kernel);
        fd.close();
        assertTrue(assertThrows(IllegalStateException.class, fd::number).getMessage().contains("fd 0"));
        assertThrows(IllegalStateException.class, fd::release);
        assertSame(kernel, fd.kernel());
    }

    @Test
    void releasedDescriptorIsSomebodyElsesToClose() {
        Fd fd = Fd.adopt(7, kernel);
        assertEquals(7, fd.release());
        fd.close();
        assertEquals(0, kernel.closes.get());
        assertThrows(IllegalStateException.class, fd::number);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, -9, Integer.MIN_VALUE})
    void errnoIsNoDescriptor(int number) {
        assertThrows(IllegalArgumentException.class, () -> Fd.adopt(number, kernel));
    }

    @Test
    void descriptorThatSomebodyElseClosedIsReported() {
        kernel.answer = -Errno.EBADF.number();
        Fd fd = Fd.adopt(5, kernel);
        assertTrue(assertThrows(IllegalStateException.class, fd::close).getMessage().contains("fd 5"));
        fd.close();
        assertEquals(1, kernel.closes.get());
    }

    @Test
    void otherErrorsOfCloseAreNotFailures() {
        // Linux has let go of the number by then, whatever close(2) answers.
        kernel.answer = -Errno.EINTR.number();
        Fd.adopt(5, kernel).close();
        assertEquals(1, kernel.closes.get());
    }

    @Test
    void ofManyThreadsThatCloseOrReleaseOneDoes() throws Exception {
        int threads = 8;
        CyclicBarrier together = new CyclicBarrier(threads);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (int round = 0; round < 500; round++) {
                Fd fd = Fd.adopt(round, kernel);
                int before = kernel.closes.get();
                AtomicInteger released = new AtomicInteger();
                List<Future<?>> done = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    boolean closes = i % 2 == 0;
                    done.add(pool.submit(() -> {
                        together.await();
                        if (closes) {
                            fd.close();
                        } else {
                            try {
                                fd.release();
                                released.incrementAndGet();
                            } catch (IllegalStateException e) {
                                assertFalse(fd.isOpen());
                            }
                        }
                        return null;
                    }));
                }
                for (Future<?> each : done) {
                    each.get();
                }
                assertEquals(1, kernel.closes.get() - before + released.get());
            }
        }
    }

    @Test
    void wordsSayWhatItIs() {
        Fd fd = Fd.adopt(3, new CountingKernel(KernelKind.SIMULATED));
        assertEquals("fd 3 (simulated)", fd.toString());
        fd.close();
        assertEquals("fd 3 (simulated) (closed)", fd.toString());
        assertEquals("fd 4", Fd.adopt(4, kernel).toString());
    }
}
