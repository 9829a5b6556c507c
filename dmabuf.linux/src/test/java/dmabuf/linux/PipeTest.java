package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A pipe, by what the simulation of sync files relies on. */
class PipeTest {

    private final LinuxSyscalls linux = new LinuxSyscalls();

    @Test
    void readEndIsReadableOnceSomethingWasWritten() {
        Pipe pipe = Pipe.open();
        try (Arena arena = Arena.ofConfined()) {
            assertEquals(0, linux.poll(pipe.readEnd(), Posix.POLLIN, 0));
            assertEquals(1, linux.write(pipe.writeEnd(), arena.allocateFrom(ValueLayout.JAVA_BYTE, (byte) 7)));
            assertEquals(Posix.POLLIN, linux.poll(pipe.readEnd(), Posix.POLLIN, -1));
            MemorySegment read = arena.allocate(2);
            assertEquals(1, linux.read(pipe.readEnd(), read));
            assertEquals(7, read.get(ValueLayout.JAVA_BYTE, 0));
        } finally {
            close(pipe);
        }
    }

    @Test
    void bothEndsAreClosedOnExecAndEachPipeHasItsOwnInode() {
        Pipe one = Pipe.open();
        Pipe two = Pipe.open();
        try {
            assertEquals(1, linux.fcntl(one.readEnd(), Posix.F_GETFD, 0));
            assertEquals(1, linux.fcntl(one.writeEnd(), Posix.F_GETFD, 0));
            assertNotEquals(FileStatus.of(one.readEnd()).inode(), FileStatus.of(two.readEnd()).inode());
        } finally {
            close(one);
            close(two);
        }
    }

    @Test
    void noDescriptorsLeftIsEmfile() throws Exception {
        close(Pipe.open());
        DescriptorLimit.whileLow(() -> {
            List<Pipe> pipes = new ArrayList<>();
            DmaBufException e = assertThrows(DmaBufException.class, () -> {
                while (true) {
                    pipes.add(Pipe.open());
                }
            });
            pipes.forEach(this::close);
            assertEquals(Errno.EMFILE, e.errno());
            assertEquals("pipe2", e.operation());
        });
    }

    private void close(Pipe pipe) {
        linux.close(pipe.readEnd());
        linux.close(pipe.writeEnd());
    }
}
