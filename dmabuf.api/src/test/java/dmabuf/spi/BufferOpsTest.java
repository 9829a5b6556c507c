package dmabuf.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Caching;
import dmabuf.api.Direction;
import dmabuf.api.DmaBufException;
import dmabuf.api.Lifetime;
import dmabuf.api.MmapPolicy;
import dmabuf.api.ScatterList;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.fd.Kernel;
import dmabuf.fd.KernelKind;
import iosys.IosysMap;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BufferOpsTest {

    private static final Kernel KERNEL = new Kernel() {
        @Override
        public KernelKind kind() {
            return KernelKind.SIMULATED;
        }

        @Override
        public int close(int fd) {
            return 0;
        }
    };

    private static ExportedBuffer.Builder buffer(BufferOps ops) {
        return ExportedBuffer.builder(Fd.adopt(3, KERNEL), 4096, MmapPolicy.mappable(Caching.CACHED)).ops(ops);
    }

    private static void assertRefused(BufferOps ops, String because) {
        DmaBufException thrown = assertThrows(DmaBufException.class, buffer(ops)::build);
        assertEquals(Errno.EINVAL, thrown.errno());
        assertTrue(thrown.getMessage().contains(because), thrown.getMessage());
    }

    private static class MapOnly implements BufferOps {
        @Override
        public ScatterList map(AttachedImporter importer, Direction direction) {
            return ScatterList.contiguous(0, 4096);
        }
    }

    private static class Mapping extends MapOnly {
        @Override
        public void unmap(AttachedImporter importer, ScatterList list, Direction direction) {
            throw new AssertionError("nobody maps");
        }
    }

    private static class PinOnly implements BufferOps {
        @Override
        public void pin(AttachedImporter importer) {
            throw new AssertionError("nobody pins");
        }
    }

    private static class Pinning extends PinOnly {
        @Override
        public void unpin(AttachedImporter importer) {
            throw new AssertionError("nobody unpins");
        }
    }

    @Test
    void whatIsNotOverriddenIsMissing() {
        assertEquals(Set.of(), BufferCallback.of(new BufferOps() {}));
        assertEquals(Set.of(BufferCallback.MAP), BufferCallback.of(new MapOnly()));
        assertEquals(Set.of(BufferCallback.MAP, BufferCallback.UNMAP), BufferCallback.of(new Mapping()));
    }

    @Test
    void everyCallbackIsAMethodOfItsName() {
        for (BufferCallback callback : EnumSet.allOf(BufferCallback.class)) {
            assertEquals(
                    1, Arrays.stream(BufferOps.class.getMethods()).filter(each -> each.getName().equals(callback.toString())).count());
        }
    }

    @Test
    void withOpsABufferIsBoundToItsExporter() {
        ExportedBuffer made = buffer(new Mapping()).lifetime(Lifetime.SELF_CONTAINED).build();
        assertEquals(Lifetime.EXPORTER_BOUND, made.lifetime());
        assertEquals(Set.of(BufferCallback.MAP, BufferCallback.UNMAP), made.callbacks());
        assertTrue(made.ops().isPresent());
    }

    @Test
    void withoutOpsABufferIsData() {
        ExportedBuffer made = ExportedBuffer.builder(Fd.adopt(3, KERNEL), 4096, MmapPolicy.mappable(Caching.CACHED)).build();
        assertEquals(Lifetime.SELF_CONTAINED, made.lifetime());
        assertTrue(made.ops().isEmpty());
        assertEquals(Set.of(), made.callbacks());
    }

    @Test
    void exportWithMapAndNoUnmapIsEinval() {
        assertRefused(new MapOnly(), "map and unmap");
    }

    @Test
    void exportWithPinAndNoUnpinIsEinval() {
        assertRefused(new PinOnly(), "pin and unpin");
        assertEquals(2, buffer(new Pinning()).build().callbacks().size());
    }

    @Test
    void exportWithUnpinAndNoPinIsEinval() {
        assertRefused(new BufferOps() {
            @Override
            public void unpin(AttachedImporter importer) {
                throw new AssertionError("nobody unpins");
            }
        }, "pin and unpin");
    }

    @Test
    void exportWithKeptMappingsAndPinIsEinval() {
        assertRefused(new Pinning() {
            @Override
            public boolean cachesMappings() {
                return true;
            }
        }, "pin has nothing to do");
    }

    @Test
    void exportWithVunmapAndNoVmapIsEinval() {
        assertRefused(new BufferOps() {
            @Override
            public void vunmap(BufferControl buffer, IosysMap map) {
                throw new AssertionError("nobody unmaps");
            }
        }, "vunmap and no vmap");
    }

    @Test
    void defaultsDoNothing() {
        BufferOps ops = new BufferOps() {};
        ops.exported(null);
        ops.attach(null);
        ops.detach(null);
        ops.pin(null);
        ops.unpin(null);
        ops.unmap(null, null, null);
        ops.beginCpuAccess(null, Direction.TO_DEVICE);
        ops.endCpuAccess(null, Direction.TO_DEVICE);
        ops.vmap(null, null);
        ops.vunmap(null, null);
        ops.release(null);
        assertNull(ops.map(null, Direction.TO_DEVICE));
        assertNull(ops.mmapInfo(null));
        assertEquals(false, ops.cachesMappings());
    }
}
