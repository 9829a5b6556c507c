package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dmabuf.api.BufferState;
import dmabuf.api.DmaBuf;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Errors of the descriptor's functions that no other test is about. */
class DmaBufErrnoTest {

    private final Rig rig = new Rig();

    @AfterEach
    void nothingIsLeftOpen() {
        rig.close();
    }

    @Test
    void handingOutADescriptorWithNoneLeftIsEmfileAndTheHandleStays() {
        try (DmaBuf buffer = rig.buffer(PAGE)) {
            rig.kernel.noDescriptorLeft = true;
            Rig.assertErrno(Errno.EMFILE, buffer::fd);
            rig.kernel.noDescriptorLeft = false;
            assertEquals(BufferState.ACTIVE, buffer.state());
            buffer.mmap().close();
            buffer.fd().close();
        }
    }

    @Test
    void importOfANumberThatIsNotOpenIsTheCallersMistake() {
        Fd nobodys = Fd.adopt(1_000_000, rig.kernel);
        assertThrows(IllegalStateException.class, () -> rig.core.importFd(nobodys));
        assertEquals(0, rig.core.census().size());
    }
}
