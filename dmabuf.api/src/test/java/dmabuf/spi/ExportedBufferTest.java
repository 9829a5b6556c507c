package dmabuf.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Caching;
import dmabuf.api.Lifetime;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Fd;
import dmabuf.fd.Kernel;
import dmabuf.fd.KernelKind;
import java.util.List;
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
    void modesBeginWithTheDefault() {
        Fd node = Fd.adopt(4, KERNEL);
        MmapPolicy streaming = MmapPolicy.mappable(Caching.WRITE_COMBINED);
        ExportedBuffer.Builder builder = ExportedBuffer.builder(fd, 4096, policy)
                .mode("wb", policy, MappingPlan.of(node, 4096))
                .mode("wc", streaming, MappingPlan.of(node, 8192));
        assertEquals(List.of("dma-buf", "wb", "wc"), names(builder.build()));
        ExportedBuffer buffer = builder.defaultMode("wc").build();
        assertEquals(List.of("wc", "dma-buf", "wb"), names(buffer));
        assertSame(streaming, buffer.modes().getFirst().mode().policy());
        assertEquals(8192, buffer.modes().getFirst().plan().offset());
        assertSame(policy, buffer.policy(), "of the dma-buf, whatever the default");
    }

    private static List<String> names(ExportedBuffer buffer) {
        return buffer.modes().stream().map(mode -> mode.mode().name()).toList();
    }

    @Test
    void modesHaveNamesOfTheirOwn() {
        MappingPlan plan = MappingPlan.of(fd, 0);
        ExportedBuffer.Builder builder = ExportedBuffer.builder(fd, 4096, policy).mode("wc", policy, plan);
        assertThrows(IllegalArgumentException.class, () -> builder.mode("wc", policy, plan));
        assertThrows(IllegalArgumentException.class, () -> builder.mode("dma-buf", policy, plan));
        assertThrows(IllegalArgumentException.class, () -> builder.mode("Write Combined", policy, plan));
        assertThrows(IllegalArgumentException.class, () -> builder.defaultMode("uc"));
        assertThrows(NullPointerException.class, () -> builder.mode("uc", policy, null));
    }

    @Test
    void memoryOfADeviceIsNoDmaBufAndLeavesWithIt() {
        ExportedBuffer.Builder builder = ExportedBuffer.ofDevice(fd, "region", 8192, 4096, policy);
        ExportedBuffer buffer = builder.build();
        assertFalse(buffer.isDmaBuf());
        assertTrue(ExportedBuffer.builder(fd, 4096, policy).build().isDmaBuf());
        assertEquals(List.of("region"), names(buffer));
        assertSame(fd, buffer.plan().fd().orElseThrow());
        assertEquals(8192, buffer.plan().offset());
        assertEquals(Lifetime.DEVICE_BOUND, buffer.lifetime());
        assertThrows(IllegalArgumentException.class, () -> builder.mode("region", policy, MappingPlan.of(fd, 0)));
        assertThrows(IllegalArgumentException.class, () -> builder.defaultMode("dma-buf"));
        assertThrows(IllegalArgumentException.class, () -> ExportedBuffer.ofDevice(fd, "dma-buf", 0, 4096, policy));
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
