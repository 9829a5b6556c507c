package exporter.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.fd.Errno;
import dmabuf.linux.LinuxSyscalls;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What no machine has is refused before a heap is asked, which would go on until the kernel kills somebody. */
class MachineMemoryTest {

    @Test
    void totalIsReadFromTheKernelsList() {
        assertEquals(Optional.of(2_000_000L << 10), MachineMemory.total("MemTotal:        2000000 kB\nMemFree:          100000 kB"));
        assertEquals(Optional.empty(), MachineMemory.total("MemFree:          100000 kB"));
    }

    @Test
    void thisMachineHasSomeAndLessThanIsRefused() {
        LinuxSyscalls linux = new LinuxSyscalls();
        long total = MachineMemory.of(linux.devices());
        assertTrue(total > 1 << 20 && total < Long.MAX_VALUE, () -> total + " bytes");
        HeapExporter exporter = new HeapExporter(linux, "/dev/dma_heap/system");
        DmaBufException e = assertThrows(DmaBufException.class, () -> exporter.export(ExportRequest.ofSize(total + 1)));
        assertEquals(Errno.ENOMEM, e.errno());
        assertTrue(e.getMessage().contains("this machine has " + total + " bytes"), e.getMessage());
    }
}
