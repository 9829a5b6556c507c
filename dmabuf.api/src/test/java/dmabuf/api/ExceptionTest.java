package dmabuf.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Errno;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExceptionTest {

    @Test
    void messageReadsAsTheKernelWouldSayIt() {
        DmaBufException exception = new DmaBufException(Errno.EINVAL, "DMA_BUF_IOCTL_SYNC", "fd 31");
        assertEquals("DMA_BUF_IOCTL_SYNC(fd 31) failed: EINVAL (Invalid argument)", exception.getMessage());
        assertEquals(Errno.EINVAL, exception.errno());
        assertEquals("DMA_BUF_IOCTL_SYNC", exception.operation());
        assertEquals("fd 31", exception.subject());
    }

    @Test
    void hintSaysWhatToDo() {
        assertEquals(
                "open(/dev/udmabuf) failed: EACCES (Permission denied): join the group kvm",
                new DmaBufException(Errno.EACCES, "open", "/dev/udmabuf", "join the group kvm").getMessage());
    }

    @Test
    void errnoIsNeverMissing() {
        assertThrows(NullPointerException.class, () -> new DmaBufException(null, "open", "/dev/udmabuf").errno());
    }

    @Test
    void closedIsEbadfAndGoneIsEnodev() {
        assertEquals(Errno.EBADF, new BufferClosedException("mmap", "buffer inode 5").errno());
        assertEquals(Errno.ENODEV, new ExporterGoneException("udmabuf on /dev/udmabuf generation 1").errno());
    }

    @Test
    void noSourceListsEveryReason() {
        NoSourceException exception = new NoSourceException(
                Requirements.none().mmap().size(5),
                List.of(new Refusal("a on /dev/a", "too small"), new Refusal("b on /dev/b", "blind")));
        assertEquals(
                "select(mmap, 5 bytes) failed: ENODEV (No such device): a on /dev/a: too small; b on /dev/b: blind",
                exception.getMessage());
        assertEquals(2, exception.refusals().size());
        assertTrue(new NoSourceException(Requirements.none(), List.of()).getMessage().contains("no exporter is registered"));
    }

    @Test
    void exceptionSurvivesSerialization() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new NoSourceException(Requirements.none(), List.of(new Refusal("a", "b"))));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            NoSourceException read = (NoSourceException) in.readObject();
            assertEquals(Errno.ENODEV, read.errno());
            assertEquals(List.of(), read.refusals());
            assertTrue(read.getMessage().contains("a: b"));
        }
    }

    @Test
    void identityIsDeviceAndInode() {
        assertEquals(new BufferId(1, 2), new BufferId(1, 2));
        assertEquals("inode 2", new BufferId(1, 2).toString());
    }
}
