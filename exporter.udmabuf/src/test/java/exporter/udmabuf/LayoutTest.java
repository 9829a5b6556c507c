package exporter.udmabuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dmabuf.api.MemoryRange;
import dmabuf.fd.Fd;
import dmabuf.fd.Kernel;
import dmabuf.fd.KernelKind;
import dmabuf.linux.CLayout;
import exporter.udmabuf.uapi.Udmabuf;
import exporter.udmabuf.uapi.UdmabufCreate;
import exporter.udmabuf.uapi.UdmabufCreateList;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
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

    @Test
    void requestNumbersAreThoseOfTheHeader() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        Map<String, Long> c = CLayout.evaluate(
                List.of("linux/types.h", "linux/ioctl.h", "linux/udmabuf.h"),
                List.of("UDMABUF_CREATE", "UDMABUF_CREATE_LIST", "UDMABUF_FLAGS_CLOEXEC"));

        assertEquals(List.of(Udmabuf.CREATE, Udmabuf.CREATE_LIST, (long) Udmabuf.FLAGS_CLOEXEC), List.copyOf(c.values()));
    }

    @Test
    void createIsFilledAsInC() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        String c = dump("struct udmabuf_create s = { .memfd = 7, .flags = UDMABUF_FLAGS_CLOEXEC, .offset = 8192, .size = 4096 };"
                + " struct udmabuf_create *p = &s; size_t n = sizeof s;");
        try (Arena arena = Arena.ofConfined()) {
            assertEquals(c, hex(UdmabufCreate.fill(arena, 7, 8192, 4096)));
        }
    }

    @Test
    void createListIsFilledAsInC() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        String c = dump("size_t n = sizeof(struct udmabuf_create_list) + 2 * sizeof(struct udmabuf_create_item);"
                + " struct udmabuf_create_list *p = calloc(1, n); p->flags = UDMABUF_FLAGS_CLOEXEC; p->count = 2;"
                + " p->list[0].memfd = 3; p->list[0].offset = 4096; p->list[0].size = 8192;"
                + " p->list[1].memfd = 4; p->list[1].offset = 0; p->list[1].size = 1ull << 33;");
        try (Arena arena = Arena.ofConfined()) {
            List<MemoryRange> ranges = List.of(
                    new MemoryRange(Fd.adopt(3, NOWHERE), 4096, 8192), new MemoryRange(Fd.adopt(4, NOWHERE), 0, 1L << 33));
            assertEquals(c, hex(UdmabufCreateList.fill(arena, ranges)));
        }
    }

    private static String dump(String statements) throws Exception {
        return CLayout.compileAndRun("#include <stdio.h>\n#include <stdlib.h>\n#include <linux/types.h>\n#include <linux/udmabuf.h>\n"
                + "int main(void) { " + statements
                + " for (size_t i = 0; i < n; i++) printf(\"%02x\", ((unsigned char *) p)[i]); return 0; }\n");
    }

    private static String hex(MemorySegment struct) {
        return java.util.HexFormat.of().formatHex(struct.toArray(ValueLayout.JAVA_BYTE));
    }
}
