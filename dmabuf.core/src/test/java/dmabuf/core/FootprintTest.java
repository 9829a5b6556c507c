package dmabuf.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.Mapping;
import dmabuf.fd.Fd;
import dmabuf.linux.TestUdmabuf;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the core itself keeps on the heap for a buffer that is open and mapped. */
class FootprintTest {

    private static final int BUFFERS = 1000;

    @Test
    void openBufferWithAMappingCostsLessThanAKilobyte() {
        Rig rig = new Rig();
        List<Fd> fds = new ArrayList<>(BUFFERS);
        List<AutoCloseable> open = new ArrayList<>(2 * BUFFERS);
        for (int i = 0; i < BUFFERS; i++) {
            fds.add(TestUdmabuf.create(rig.kernel, Rig.PAGE));
        }
        use(rig.core.importFd(Fd.adopt(rig.kernel.dup(fds.getFirst().number()), rig.kernel)), open);
        closeAll(open);
        long before = usedHeap();
        for (Fd fd : fds) {
            use(rig.core.importFd(fd), open);
        }
        long each = (usedHeap() - before) / BUFFERS;
        assertTrue(each < 1024, () -> each + " bytes");
        closeAll(open);
        rig.close();
    }

    private static void use(DmaBuf buffer, List<AutoCloseable> open) {
        Mapping mapping = buffer.mmap();
        for (int i = 0; i < ScopeBits.SLOTS; i++) {
            try (CpuAccess access = mapping.cpuAccess(Access.READ)) {
                access.segment().byteSize();
            }
        }
        open.add(mapping);
        open.add(buffer);
    }

    private static void closeAll(List<AutoCloseable> open) {
        for (AutoCloseable each : open) {
            try {
                each.close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
        open.clear();
    }

    private static long usedHeap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
