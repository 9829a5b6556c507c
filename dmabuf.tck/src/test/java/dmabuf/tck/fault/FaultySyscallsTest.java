package dmabuf.tck.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.fd.KernelKind;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.linux.SharedExtents;
import dmabuf.sim.SimulatedKernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Faults on a real kernel, which every machine has: memfds are enough. */
@Timeout(60)
class FaultySyscallsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int EIO = -Errno.EIO.number();
    private static final int EMFILE = -Errno.EMFILE.number();

    private final FaultySyscalls kernel = FaultySyscalls.over(new LinuxSyscalls());

    private int sealsOf(Fd fd) {
        return kernel.fcntl(fd.number(), Posix.F_GET_SEALS, 0);
    }

    @Test
    void callsAreWrittenDownInOrderWithTheirNames() {
        Memfd.sealed(kernel, "test", MappedMemory.PAGE_SIZE).close();
        assertEquals(
                List.of("memfd_create", "ftruncate", "fcntl F_ADD_SEALS", "close"), kernel.calls().stream().map(Call::toString).toList());
        assertEquals("ioctl DMA_BUF_IOCTL_SYNC", Call.ioctl(DmaBufIoctl.SYNC).toString());
        assertEquals("ioctl 0x1234", Call.ioctl(0x1234).toString());
        kernel.forgetCalls();
        assertEquals(List.of(), kernel.calls());
    }

    @Test
    void nthCallFailsAndNoOther() {
        try (Fd fd = Memfd.sealed(kernel, "test", MappedMemory.PAGE_SIZE)) {
            Fault fault = kernel.at(2).fails(Errno.EIO);
            assertEquals(Posix.F_SEAL_SHRINK, sealsOf(fd));
            assertFalse(fault.isReached());
            assertEquals(EIO, sealsOf(fd));
            assertTrue(fault.isReached());
            assertEquals(Posix.F_SEAL_SHRINK, sealsOf(fd));
        }
    }

    @Test
    void onlyCallsOfTheChosenKindCount() {
        kernel.at(1, Call.fcntl(Posix.F_DUPFD_CLOEXEC)).fails(Errno.EMFILE);
        try (Fd fd = Memfd.sealed(kernel, "test", MappedMemory.PAGE_SIZE)) {
            assertEquals(Posix.F_SEAL_SHRINK, sealsOf(fd));
            assertEquals(EMFILE, kernel.dup(fd.number()));
            Fd.adopt(kernel.dup(fd.number()), kernel).close();
        }
    }

    @Test
    void severalCallsOrAllThatFollowFail() {
        kernel.at(2).times(2).fails(Errno.EIO);
        assertEquals(List.of(false, true, true, false, false), IntStream.range(0, 5).mapToObj(i -> lookFails()).toList());
        Fault rest = kernel.at(2).onwards().fails(Errno.EIO);
        assertEquals(List.of(false, true, true, true), IntStream.range(0, 4).mapToObj(i -> lookFails()).toList());
        rest.close();
        assertFalse(lookFails());
    }

    private boolean lookFails() {
        return kernel.poll(0, 0, 0) == EIO;
    }

    @Test
    void choicesThatAreNoneAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> kernel.at(0));
        assertThrows(IllegalArgumentException.class, () -> kernel.at(1).times(0));
    }

    @Test
    void failingCloseHasClosedAllTheSame() {
        Fd fd = Memfd.sealed(kernel, "test", MappedMemory.PAGE_SIZE);
        int number = fd.number();
        kernel.at(1).fails(Errno.EIO);
        fd.close();
        assertEquals(-Errno.EBADF.number(), kernel.close(number));
    }

    @Test
    void everyCallCanFail() {
        SimulatedKernel simulated = new SimulatedKernel();
        try (simulated; Arena arena = Arena.ofConfined()) {
            FaultySyscalls faulty = FaultySyscalls.over(simulated);
            faulty.at(1).onwards().fails(Errno.EIO);
            MemorySegment memory = arena.allocate(8);
            SharedExtents sharing = assertInstanceOf(SharedExtents.class, faulty);
            List<Long> answers = Stream.<Number>of(
                            faulty.open("/dev/udmabuf", Posix.O_RDWR),
                            faulty.close(-1),
                            faulty.ioctl(-1, DmaBufIoctl.SYNC, memory),
                            faulty.mmap(0, 1, 0, 0, -1, 0),
                            faulty.munmap(0, 1),
                            faulty.memfdCreate("test", 0),
                            faulty.fcntl(-1, Posix.F_GETFL, 0),
                            faulty.ftruncate(-1, 0),
                            faulty.lseek(-1, 0, 0),
                            faulty.read(-1, memory),
                            faulty.write(-1, memory),
                            faulty.pread(-1, memory, 0),
                            faulty.pwrite(-1, memory, 0),
                            faulty.poll(-1, 0, 0),
                            sharing.assemble(new SharedExtents.Parts(-1, 0, List.of())))
                    .map(Number::longValue)
                    .toList();
            assertEquals(IntStream.range(0, 15).mapToObj(i -> (long) EIO).toList(), answers);
            EnumSet<SyscallKind> elsewhere = EnumSet.range(SyscallKind.SOCKET, SyscallKind.SHUTDOWN);
            assertEquals(
                    List.copyOf(EnumSet.complementOf(elsewhere)),
                    faulty.calls().stream().map(Call::kind).toList(),
                    "those of sockets are not asked of Syscalls, and SocketFaultTest has them");
            assertEquals(KernelKind.SIMULATED, faulty.kind());
            assertEquals(simulated.devices(), faulty.devices());
        }
    }

    @Test
    void realKernelGetsNoSharedExtents() {
        assertFalse(kernel instanceof SharedExtents);
    }

    @Test
    void shortReadAndWriteDoHalf() {
        try (Fd fd = Memfd.sealed(kernel, "test", MappedMemory.PAGE_SIZE); Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom("0123456789abcde"); // 16 with its end
            kernel.at(1, Call.of(SyscallKind.WRITE)).comesShort();
            assertEquals(8, kernel.write(fd.number(), bytes));
            assertEquals(16, kernel.write(fd.number(), bytes));
            kernel.lseek(fd.number(), 0, Posix.SEEK_SET);
            kernel.at(1, Call.of(SyscallKind.READ)).comesShort();
            assertEquals(8, kernel.read(fd.number(), bytes));
            kernel.at(1).comesShort();
            assertEquals(1, kernel.read(fd.number(), bytes.asSlice(0, 1)));
            kernel.at(1, Call.of(SyscallKind.PWRITE)).comesShort();
            assertEquals(8, kernel.pwrite(fd.number(), bytes, 100));
            kernel.at(1, Call.of(SyscallKind.PREAD)).comesShort();
            assertEquals(8, kernel.pread(fd.number(), bytes, 100));
        }
    }

    @Test
    void blockedCallWaitsUntilReleasedAndAnInterruptDoesNotWakeIt() throws Exception {
        Fault fault = kernel.at(1, Call.of(SyscallKind.POLL)).blocks();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            kernel.poll(0, 0, 0);
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        assertTrue(fault.awaitReached(PATIENCE));
        thread.interrupt();
        assertFalse(interrupted.isDone());
        fault.release();
        assertTrue(interrupted.get(20, TimeUnit.SECONDS));
    }

    @Test
    void healingEndsFaultsAndWaits() throws Exception {
        kernel.at(2).onwards().fails(Errno.EIO);
        Fault fault = kernel.at(1).blocks();
        CompletableFuture<Integer> answer = CompletableFuture.supplyAsync(() -> kernel.poll(0, 0, 0));
        assertTrue(fault.awaitReached(PATIENCE));
        kernel.heal();
        assertTrue(answer.get(20, TimeUnit.SECONDS) >= 0);
        assertFalse(lookFails());
    }

    @Test
    void waitingForFaultThatNothingMeetsEnds() throws InterruptedException {
        assertFalse(kernel.at(1).blocks().awaitReached(Duration.ofMillis(1)));
    }

    @Test
    void ofManyThreadsExactlyOneMeetsTheFault() throws Exception {
        int threads = 8;
        int callsEach = 1000;
        kernel.at(threads * callsEach / 2).fails(Errno.EIO);
        AtomicInteger failures = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> running = IntStream.range(0, threads).mapToObj(i -> Thread.ofPlatform().start(() -> {
            try {
                start.await();
            } catch (InterruptedException e) {
                return;
            }
            for (int call = 0; call < callsEach; call++) {
                failures.addAndGet(lookFails() ? 1 : 0);
            }
        })).toList();
        start.countDown();
        for (Thread thread : running) {
            thread.join();
        }
        assertEquals(1, failures.get());
        assertEquals(threads * callsEach, kernel.calls().size());
    }
}
