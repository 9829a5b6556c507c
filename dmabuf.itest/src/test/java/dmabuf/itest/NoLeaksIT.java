package dmabuf.itest;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Fd;
import dmabuf.itest.container.InContainer;
import dmabuf.itest.container.Service;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.linux.ProcessResources;
import dmabuf.linux.Syscalls;
import java.lang.foreign.Arena;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What {@link NoLeaks} looks for, it finds. */
@InContainer(DmaBufPlatform.class)
class NoLeaksIT {

    private static final Duration AT_ONCE = Duration.ZERO;

    private final ProcessResources before = ProcessResources.now();

    @Test
    void leakedDescriptorIsFound(@Service(filter = "(dmabuf.kernel=linux)") Syscalls kernel) {
        try (Fd leaked = Memfd.sealed(kernel, "leaked", 4096)) {
            assertLeakIsFound("1 memfd");
            assertTrue(leaked.isOpen());
        }
        NoLeaks.check(before, AT_ONCE);
    }

    @Test
    void leakedMappingIsFound(@Service(filter = "(dmabuf.kernel=linux)") Syscalls kernel) {
        try (Arena arena = Arena.ofConfined()) {
            try (Fd memfd = Memfd.sealed(kernel, "leaked", 8192)) {
                MappedMemory.map(kernel, memfd.number(), 0, 8192, true, arena);
            }
            assertLeakIsFound("1 mapping of 8192 bytes");
        }
        NoLeaks.check(before, AT_ONCE);
    }

    @Test
    void leakedNodeOfASimulatedDeviceIsFound(@Service(filter = "(dmabuf.kernel=simulated)") Syscalls kernel) {
        try (Fd node = Fd.adopt(kernel.open("/dev/udmabuf", Posix.O_RDWR), kernel)) {
            assertLeakIsFound("1 memfd");
            assertTrue(node.isOpen());
        }
        NoLeaks.check(before, AT_ONCE);
    }

    private void assertLeakIsFound(String what) {
        AssertionError found = assertThrows(AssertionError.class, () -> NoLeaks.check(before, AT_ONCE));
        assertTrue(found.getMessage().contains(what), found.getMessage());
    }
}
