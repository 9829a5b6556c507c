package dmabuf.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dmabuf.api.Caching;
import dmabuf.api.Lifetime;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Fd;
import dmabuf.fd.Kernel;
import dmabuf.fd.KernelKind;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExportedBufferTest {

    private static final Kernel KERNEL = new Kernel() {
        @Override
        public KernelKind kind() {
            return KernelKind.LINUX;
        }

        @Override
        public int close(int fd) {
            return 0;
        }
    };

    private final Fd fd = Fd.adopt(3, KERNEL);
    private final MmapPolicy policy = MmapPolicy.mappable(Caching.CACHED);

    @Test
    void descriptionSaysWhatWasCollected() {
        Fd node = Fd.adopt(4, KERNEL);
        ExportedBuffer buffer = ExportedBuffer.builder(fd, 4096, policy)
                .lifetime(Lifetime.SELF_CONTAINED)
                .plan(MappingPlan.of(node, 8192))
                .build();
        assertSame(fd, buffer.fd());
        assertEquals(4096, buffer.size());
        assertSame(policy, buffer.policy());
        assertEquals(Lifetime.SELF_CONTAINED, buffer.lifetime());
        assertSame(node, buffer.plan().fd().orElseThrow());
        assertEquals(8192, buffer.plan().offset());
    }

    @Test
    void bufferIsMappedThroughItsOwnDescriptorUnlessSaidOtherwise() {
        ExportedBuffer buffer = ExportedBuffer.builder(fd, 4096, policy).build();
        assertEquals(Optional.empty(), buffer.plan().fd());
        assertEquals(0, buffer.plan().offset());
    }

    @Test
    void nothingIsMissing() {
        assertThrows(NullPointerException.class, () -> ExportedBuffer.builder(null, 4096, policy).build());
        assertThrows(NullPointerException.class, () -> ExportedBuffer.builder(fd, 4096, null).build());
        assertThrows(NullPointerException.class, () -> ExportedBuffer.builder(fd, 4096, policy).plan(null));
        assertThrows(NullPointerException.class, () -> ExportedBuffer.builder(fd, 4096, policy).lifetime(null));
        assertThrows(NullPointerException.class, () -> MappingPlan.of(null, 0));
    }
}
