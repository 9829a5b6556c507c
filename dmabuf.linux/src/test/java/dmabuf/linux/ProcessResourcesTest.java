package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dmabuf.fd.Fd;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class ProcessResourcesTest {

    private final LinuxSyscalls kernel = new LinuxSyscalls();

    @Test
    void memfdsSocketsAndMappingsAreCountedAndGoAway() {
        ProcessResources before = ProcessResources.now();
        try (Fd memfd = Memfd.sealed(kernel, "dmabuf-test", 8192);
                Arena arena = Arena.ofConfined()) {
            MappedMemory.map(kernel, memfd.number(), 0, 8192, true, arena);
            UnixSocket[] pair = UnixSocket.pair();
            ProcessResources more = ProcessResources.now().since(before);
            pair[0].close();
            pair[1].close();
            assertEquals("no dma-bufs, 1 memfd, no device nodes, 2 sockets, 1 mapping of 8192 bytes", more.toString());
            assertEquals(0, more.dmaBufs());
            assertEquals(1, more.memfds());
            assertEquals(0, more.devices());
            assertEquals(2, more.sockets());
            assertEquals(1, more.mappings());
            assertEquals(8192, more.mappedBytes());
            assertFalse(more.isNothing());
            assertNotEquals(before, ProcessResources.now());
        }
        assertEquals(before, ProcessResources.now());
        assertEquals(before.hashCode(), ProcessResources.now().hashCode());
        assertTrue(ProcessResources.now().since(before).isNothing());
    }

    @Test
    void deviceNodesAreCountedButNotTheOrdinaryOnes() {
        ProcessResources before = ProcessResources.now();
        try (Fd ordinary = Fd.adopt(kernel.open("/dev/null", Posix.O_RDWR), kernel)) {
            assertTrue(ProcessResources.now().since(before).isNothing(), ordinary::toString);
        }
        int number = kernel.open("/dev/kmsg", Posix.O_WRONLY);
        assumeTrue(number >= 0, "/dev/kmsg cannot be opened here");
        try (Fd node = Fd.adopt(number, kernel)) {
            assertEquals(1, ProcessResources.now().since(before).devices(), node::toString);
        }
    }
}
