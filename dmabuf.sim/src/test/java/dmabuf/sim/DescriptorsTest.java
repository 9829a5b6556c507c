package dmabuf.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Fd;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.FileStatus;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Descriptor numbers are the real kernel's: what is done to them behind the simulation's back does no harm. */
class DescriptorsTest extends SimulatedKernelCase {

    @Test
    void numberThatWasClosedBehindTheSimulationsBackIsEbadf() {
        try (Fd memfd = sealed(PAGE)) {
            int fd = udmabuf.buffer(memfd.number(), 0, PAGE).release();
            assertEquals(0, real.close(fd));
            assertEquals("EBADF", answer(sync(fd, 3)));
            assertEquals("EBADF", answer(kernel.mmap(0, PAGE, Posix.PROT_READ, Posix.MAP_SHARED, fd, 0)));
        }
    }

    @Test
    void numberThatSomethingElseGotMeanwhileIsThatThing() {
        try (Fd memfd = sealed(PAGE);
                Fd other = sealed(3 * PAGE)) {
            int fd = udmabuf.buffer(memfd.number(), 0, PAGE).release();
            assertEquals(0, real.close(fd));
            try (Fd reused = adopt(real.fcntl(other.number(), Posix.F_DUPFD_CLOEXEC, fd))) {
                assertEquals(fd, reused.number());
                assertEquals("ENOTTY", answer(sync(fd, 3)));
                assertEquals(3 * PAGE, kernel.lseek(fd, 0, Posix.SEEK_END));
                map(reused, 0, 3 * PAGE).set(ValueLayout.JAVA_INT, 0, 1);
                assertEquals(1, map(other, 0, PAGE).get(ValueLayout.JAVA_INT, 0));
            }
        }
    }

    @Test
    void numberThatAnotherBufferGotMeanwhileIsThatBuffer() {
        try (Fd memfd = sealed(3 * PAGE);
                Fd other = udmabuf.buffer(memfd.number(), 0, 2 * PAGE)) {
            int fd = udmabuf.buffer(memfd.number(), 0, PAGE).release();
            assertEquals(0, real.close(fd));
            try (Fd reused = adopt(real.fcntl(other.number(), Posix.F_DUPFD_CLOEXEC, fd))) {
                assertEquals(fd, reused.number());
                assertEquals(2 * PAGE, kernel.lseek(fd, 0, Posix.SEEK_END));
            }
            assertEquals(1, kernel.machine().buffers().size());
        }
    }

    @Test
    void numberThatTheSimulationItselfGivesAwayAgainMeansTheNewThing() {
        try (Fd memfd = sealed(PAGE)) {
            int fd = udmabuf.buffer(memfd.number(), 0, PAGE).release();
            assertEquals(0, real.close(fd));
            List<Fd> opened = new ArrayList<>();
            for (int last = -1; last < fd; last = opened.getLast().number()) {
                opened.add(adopt(kernel.memfdCreate("test", 0)));
            }
            assertEquals(0, kernel.machine().buffers().size());
            assertEquals("ENOTTY", answer(sync(fd, 3)));
            opened.forEach(Fd::close);
        }
    }

    @Test
    void duplicateThatTheRealKernelMadeIsTheBuffer() {
        try (Fd memfd = sealed(2 * PAGE);
                Fd buffer = udmabuf.buffer(memfd.number(), PAGE, PAGE)) {
            for (int call = 0; call < 8; call++) {
                try (Fd copy = adopt(real.dup(buffer.number()))) {
                    assertEquals("ok", switch (call) {
                        case 0 -> answer(sync(copy.number(), 3));
                        case 1 -> answer(kernel.ioctl(copy.number(), DmaBufIoctl.SET_NAME_B, arena.allocateFrom("x")));
                        case 2 -> answer(kernel.lseek(copy.number(), 0, Posix.SEEK_END) == PAGE ? 0 : -1);
                        case 3 -> answer(kernel.fcntl(copy.number(), Posix.F_GETFL, 0) == Posix.O_RDWR ? 0 : -1);
                        case 4 -> answer(kernel.disassemble(copy.number()).isPresent() ? 0 : -1);
                        case 5 -> answer(kernel.poll(copy.number(), 0x40, 1) == 0 ? 0 : -1);
                        case 6 -> answer(kernel.ftruncate(copy.number(), 0) == -22 ? 0 : -1);
                        default -> answer(map(copy, 0, PAGE).byteSize() == PAGE ? 0 : -1);
                    });
                }
            }
        }
    }

    @Test
    void duplicateThatTheRealKernelMadeKeepsTheBufferOnceItIsKnown() {
        try (Fd memfd = sealed(PAGE)) {
            Fd buffer = udmabuf.buffer(memfd.number(), 0, PAGE);
            try (Fd copy = adopt(real.dup(buffer.number()))) {
                assertEquals("ok", answer(sync(copy.number(), 3)));
                buffer.close();
                assertEquals("ok", answer(sync(copy.number(), 3)));
                assertEquals(1, kernel.machine().buffers().size());
            }
            assertEquals(0, kernel.machine().buffers().size());
        }
    }

    @Test
    void rawCallsOnATokenFailAsTheyDoOnADmaBuf() {
        try (Fd memfd = sealed(PAGE);
                Fd buffer = udmabuf.buffer(memfd.number(), 0, PAGE)) {
            int fd = buffer.number();
            MemorySegment bytes = arena.allocate(8);
            assertEquals("ENOTTY", answer(real.ioctl(fd, 0x40187542L, bytes)));
            for (int type : new int[] {Posix.MAP_SHARED, Posix.MAP_PRIVATE}) {
                assertEquals("EACCES", answer(real.mmap(0, PAGE, Posix.PROT_READ, type, fd, 0)));
                assertEquals("EACCES", answer(real.mmap(0, PAGE, Posix.PROT_READ | Posix.PROT_WRITE, type, fd, 0)));
            }
            assertEquals("EBADF", answer(real.read(fd, bytes)));
            assertEquals("EPERM", answer(real.write(fd, bytes)));
            assertEquals("EPERM", answer(real.ftruncate(fd, 0)));
            assertEquals("EPERM", answer(real.ftruncate(fd, 4 * PAGE)));
            assertEquals(PAGE, real.lseek(fd, 0, Posix.SEEK_END));
            assertEquals(PAGE, FileStatus.of(fd).size());
        }
    }

    @Test
    void whatIsNoSimulatedDescriptorIsAnsweredByTheRealKernel() {
        try (Fd memfd = sealed(PAGE);
                Fd buffer = udmabuf.buffer(memfd.number(), 0, PAGE)) {
            assertTrue(buffer.isOpen());
            assertEquals("ENOTTY", answer(sync(memfd.number(), 3)));
            assertEquals(2, kernel.write(memfd.number(), arena.allocateFrom("x")));
            assertEquals(2, kernel.lseek(memfd.number(), 0, Posix.SEEK_CUR));
            assertEquals(0, kernel.read(memfd.number(), MemorySegment.NULL));
            assertEquals(0, kernel.ftruncate(memfd.number(), 2 * PAGE));
            assertEquals(Posix.F_SEAL_SHRINK, kernel.fcntl(memfd.number(), Posix.F_GET_SEALS, 0));
            assertEquals(Posix.POLLIN, kernel.poll(memfd.number(), Posix.POLLIN, -1));
            assertTrue(kernel.disassemble(memfd.number()).isEmpty());
            assertTrue(kernel.disassemble(udmabuf.device.number()).isEmpty());
            assertTrue(kernel.disassemble(-1).isEmpty());
        }
    }

    @Test
    void manyBuffersThatWereClosedBehindTheSimulationsBackAreGivenUpByAndBy() throws Exception {
        try (Fd memfd = sealed(PAGE)) {
            OpenThings before = OpenThings.now();
            List<Integer> numbers = new ArrayList<>();
            for (int i = 0; i < 150; i++) {
                int fd = udmabuf.buffer(memfd.number(), 0, PAGE).release();
                // A number of its own for each, so that none is given up only because its number is used again.
                numbers.add(SyscallResult.check(kernel.fcntl(fd, Posix.F_DUPFD_CLOEXEC, 300 + i), "F_DUPFD_CLOEXEC", "fd " + fd));
                kernel.close(fd);
                real.close(numbers.getLast());
            }
            long held = OpenThings.now().descriptors().size() - before.descriptors().size();
            assertTrue(held < 100, held + " memfds are still held for buffers that nobody can reach");
        }
    }
}
