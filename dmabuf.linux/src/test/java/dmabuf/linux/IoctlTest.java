package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.fd.Errno;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Request numbers, against those that a C compiler made of the headers of Linux 6.12, also for headers that this machine has not. */
class IoctlTest {

    @ParameterizedTest(name = "{4} is {5}")
    @CsvSource({
        "w, b, 0x00, 8, DMA_BUF_IOCTL_SYNC, 0x40086200",
        "w, b, 0x01, 4, DMA_BUF_SET_NAME_A, 0x40046201",
        "w, b, 0x01, 8, DMA_BUF_SET_NAME_B, 0x40086201",
        "wr, b, 0x02, 8, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, 0xc0086202",
        "w, b, 0x03, 8, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, 0x40086203",
        "w, u, 0x42, 24, UDMABUF_CREATE, 0x40187542",
        "w, u, 0x43, 8, UDMABUF_CREATE_LIST, 0x40087543",
        "wr, H, 0x00, 24, DMA_HEAP_IOCTL_ALLOC, 0xc0184800",
        "wr, d, 0x00, 64, DRM_IOCTL_VERSION, 0xc0406400",
        "w, d, 0x09, 8, DRM_IOCTL_GEM_CLOSE, 0x40086409",
        "wr, d, 0x2d, 12, DRM_IOCTL_PRIME_HANDLE_TO_FD, 0xc00c642d",
        "wr, d, 0x64, 32, DRM_IOCTL_I915_GEM_MMAP_OFFSET, 0xc0206464",
        "wr, >, 0x04, 56, SYNC_IOC_FILE_INFO, 0xc0383e04",
        "r, T, 0x30, 4, TIOCGPTN, 0x80045430",
        "none, ;, 0x64, 0, VFIO_GET_API_VERSION, 0x3b64",
    })
    void numberIsThatOfTheHeader(String direction, char type, String number, int size, String name, String expected) {
        int nr = Integer.decode(number);
        long encoded = switch (direction) {
            case "w" -> Ioctl.iow(type, nr, size);
            case "r" -> Ioctl.ior(type, nr, size);
            case "wr" -> Ioctl.iowr(type, nr, size);
            default -> Ioctl.io(type, nr);
        };
        assertEquals(Long.decode(expected), encoded, name);
    }

    @Test
    void requestIsRestartedUntilItIsNeitherInterruptedNorToldToComeAgain() {
        Queue<Integer> answers = new ArrayDeque<>(
                List.of(-Errno.EINTR.number(), -Errno.EAGAIN.number(), -Errno.EINTR.number(), 5, -Errno.EINVAL.number()));
        Syscalls kernel = FakeKernel.answeringIoctls(answers::remove);
        assertEquals(5, Ioctl.restarting(kernel, 3, DmaBufIoctl.SYNC, MemorySegment.NULL));
        assertEquals(-Errno.EINVAL.number(), Ioctl.restarting(kernel, 3, DmaBufIoctl.SYNC, MemorySegment.NULL), "not restarted");
    }
}
