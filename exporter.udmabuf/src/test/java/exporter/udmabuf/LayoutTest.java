package exporter.udmabuf;

import dmabuf.api.MemoryRange;
import dmabuf.fd.Fd;
import dmabuf.fd.Kernel;
import dmabuf.fd.KernelKind;
import dmabuf.linux.CHeader;
import exporter.udmabuf.uapi.Udmabuf;
import exporter.udmabuf.uapi.UdmabufCreate;
import exporter.udmabuf.uapi.UdmabufCreateList;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The structs that are filled here, byte by byte, against those that a C compiler fills from linux/udmabuf.h. */
class LayoutTest {

    private static final Kernel NOWHERE = new Kernel() {
        @Override
        public KernelKind kind() {
            return KernelKind.LINUX;
        }

        @Override
        public int close(int fd) {
            return 0;
        }
    };

    private final CHeader header = CHeader.of("linux/types.h", "linux/ioctl.h", "linux/udmabuf.h");

    @Test
    void requestNumbersAreThoseOfTheHeader() throws Exception {
        header.number("UDMABUF_CREATE", Udmabuf.CREATE);
        header.number("UDMABUF_CREATE_LIST", Udmabuf.CREATE_LIST);
        header.number("UDMABUF_FLAGS_CLOEXEC", Udmabuf.FLAGS_CLOEXEC);
        header.assertAsInC();
    }

    @Test
    void createIsFilledAsInC() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            header.assertFilledAsInC(
                    "struct udmabuf_create s = { .memfd = 7, .flags = UDMABUF_FLAGS_CLOEXEC, .offset = 8192, .size = 4096 }",
                    UdmabufCreate.fill(arena, 7, 8192, 4096));
        }
    }

    @Test
    void createListIsFilledAsInC() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            List<MemoryRange> ranges = List.of(
                    new MemoryRange(Fd.adopt(3, NOWHERE), 4096, 8192), new MemoryRange(Fd.adopt(4, NOWHERE), 0, 1L << 33));
            header.assertFilledAsInC(
                    "struct { struct udmabuf_create_list list; struct udmabuf_create_item items[2]; } s = {"
                            + " { .flags = UDMABUF_FLAGS_CLOEXEC, .count = 2 },"
                            + " { { .memfd = 3, .offset = 4096, .size = 8192 }, { .memfd = 4, .size = 1ull << 33 } } }",
                    UdmabufCreateList.fill(arena, ranges));
        }
    }
}
