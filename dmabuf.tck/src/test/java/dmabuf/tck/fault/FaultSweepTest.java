package dmabuf.tck.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The sweep finds nothing in what is right, and names what is wrong. */
class FaultSweepTest {

    private static final Call SEALS = Call.fcntl(Posix.F_GET_SEALS);

    private final FaultySyscalls kernel = FaultySyscalls.over(new LinuxSyscalls());

    private Fd memfd() {
        return Memfd.sealed(kernel, "test", MappedMemory.PAGE_SIZE);
    }

    private FaultSweep<Fd> sweep(FaultSweep.Operation<Fd> operation) {
        return FaultSweep.of("it", kernel, this::memfd, operation).within(Duration.ofMillis(100));
    }

    private int seals(Fd fd) {
        return kernel.fcntl(fd.number(), Posix.F_GET_SEALS, 0);
    }

    private static AssertionError fails(FaultSweep<?> sweep) {
        return assertThrows(AssertionError.class, () -> sweep.cases().forEach(FaultCase::run));
    }

    @TestFactory
    Stream<DynamicTest> makingMemfdBearsEveryFault() {
        return sweep(any -> memfd().close()).cases().stream().map(each -> DynamicTest.dynamicTest(each.name(), each::run));
    }

    @Test
    void casesSayCallAndErrno() {
        List<String> names = sweep(any -> memfd().close()).cases().stream().map(FaultCase::name).toList();
        assertEquals("it: call 1, memfd_create, answers EMFILE", names.getFirst());
        assertTrue(names.contains("it: call 3, fcntl F_ADD_SEALS, answers EBUSY"), names::toString);
        assertEquals("it: call 4, close, answers EINTR", names.getLast());
    }

    @Test
    void errorThatIsSwallowedIsFound() {
        assertTrue(fails(sweep(this::seals)).getMessage().contains("but it succeeded"));
        sweep(this::seals).absorbing(SEALS, Errno.EINVAL).cases().forEach(FaultCase::run);
    }

    @Test
    void errorThatIsAnotherIsFound() {
        FaultSweep<Fd> sweep = sweep(fd -> SyscallResult.check(seals(fd) < 0 ? -Errno.EIO.number() : 0, "F_GET_SEALS", "it"));
        assertTrue(fails(sweep).getMessage().contains("was to throw DmaBufException with EINVAL"));
        sweep.translating(SEALS, Errno.EIO).cases().forEach(FaultCase::run);
    }

    @Test
    void errorWithoutTypeIsFound() {
        AssertionError found = fails(sweep(fd -> {
            if (seals(fd) < 0) {
                throw new IllegalStateException("no errno");
            }
        }));
        assertTrue(found.getMessage().contains("IllegalStateException"), found::getMessage);
    }

    @Test
    void leakIsFound() {
        AtomicReference<Fd> leaked = new AtomicReference<>();
        AssertionError found = fails(sweep(fd -> {
            try {
                SyscallResult.check(seals(fd), "F_GET_SEALS", "it");
            } catch (RuntimeException e) {
                leaked.set(memfd());
                throw e;
            }
        }));
        assertTrue(found.getMessage().endsWith("left over: no dma-bufs, 1 memfd, no device nodes, no sockets, no mappings"),
                found::getMessage);
        leaked.get().close();
    }

    @Test
    void ownLeftoversAreFound() {
        AtomicReference<String> left = new AtomicReference<>("");
        AssertionError found = fails(sweep(fd -> {
            if (seals(fd) < 0) {
                left.set("a line in a list");
                SyscallResult.check(-Errno.EINVAL.number(), "F_GET_SEALS", "it");
            }
        }).leaving(left::get));
        assertTrue(found.getMessage().endsWith("left over: a line in a list"), found::getMessage);
    }

    @Test
    void operationThatStaysBrokenIsFound() {
        AtomicReference<Fd> broken = new AtomicReference<>();
        AssertionError found = fails(sweep(fd -> {
            if (broken.get() == fd || seals(fd) < 0) {
                broken.set(fd);
                SyscallResult.check(-Errno.EINVAL.number(), "F_GET_SEALS", "it");
            }
        }));
        assertTrue(found.getMessage().contains("does not work afterwards"), found::getMessage);
    }

    @Test
    void operationThatFailsByItselfOrAsksNothingIsFound() {
        assertTrue(fails(sweep(fd -> SyscallResult.check(-1, "it", "it"))).getMessage().contains("fails without a fault"));
        assertTrue(fails(sweep(fd -> { })).getMessage().contains("asks the kernel nothing"));
    }

    @Test
    void everyCallHasPlausibleErrors() {
        for (SyscallKind kind : SyscallKind.values()) {
            boolean none = PlausibleErrno.of(Call.of(kind)).isEmpty();
            assertEquals(kind == SyscallKind.FCNTL, none, kind.toString());
        }
        assertFalse(PlausibleErrno.of(Call.fcntl(Posix.F_DUPFD_CLOEXEC)).isEmpty());
        assertTrue(PlausibleErrno.isAbsorbed(Call.of(SyscallKind.CLOSE), Errno.EIO));
        assertFalse(PlausibleErrno.isAbsorbed(Call.of(SyscallKind.MMAP), Errno.EAGAIN));
    }
}
