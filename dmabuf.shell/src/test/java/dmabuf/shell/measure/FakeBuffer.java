package dmabuf.shell.measure;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.Mapping;
import dmabuf.api.MappingMode;
import dmabuf.api.MmapPolicy;
import dmabuf.api.MmapRequest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A buffer of ordinary memory that claims to be mapped in several modes. Counts what is open. */
final class FakeBuffer implements InvocationHandler {

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory;
    private final List<MappingMode> modes;
    private final AtomicInteger open;

    private FakeBuffer(long size, List<MappingMode> modes, AtomicInteger open) {
        this.memory = arena.allocate(size, 4096);
        this.modes = modes;
        this.open = open;
        open.incrementAndGet();
    }

    static DmaBuf of(long size, List<MappingMode> modes, AtomicInteger open) {
        FakeBuffer fake = new FakeBuffer(size, modes, open);
        return (DmaBuf) Proxy.newProxyInstance(FakeBuffer.class.getClassLoader(), new Class<?>[] {DmaBuf.class}, fake);
    }

    /** Answers what a measurement asks; anything else is no business of it. */
    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "size" -> memory.byteSize();
            case "modes" -> modes;
            case "policy" -> modes.getFirst().policy();
            case "mmap" -> mmap((MmapRequest) arguments[0]);
            case "close" -> close();
            default -> throw new UnsupportedOperationException(method.toString());
        };
    }

    private Mapping mmap(MmapRequest request) {
        MappingMode mode = modes.stream().filter(request::accepts).findFirst().orElseThrow();
        open.incrementAndGet();
        return new FakeMapping(mode, request.access());
    }

    private Object close() {
        arena.close();
        open.decrementAndGet();
        return null;
    }

    private final class FakeMapping implements Mapping {

        private final MappingMode mode;
        private final Access access;

        FakeMapping(MappingMode mode, Access access) {
            this.mode = mode;
            this.access = access;
        }

        @Override
        public long offset() {
            return 0;
        }

        @Override
        public long length() {
            return memory.byteSize();
        }

        @Override
        public String mode() {
            return mode.name();
        }

        @Override
        public MmapPolicy policy() {
            return mode.policy().withAccess(access);
        }

        @Override
        public CpuAccess cpuAccess(Access wanted) {
            if (!access.permits(wanted)) {
                throw new AssertionError(wanted + " in a mapping for " + access);
            }
            open.incrementAndGet();
            return new CpuAccess() {
                @Override
                public MemorySegment segment() {
                    return wanted == Access.READ ? memory.asReadOnly() : memory;
                }

                @Override
                public void close() {
                    open.decrementAndGet();
                }
            };
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }
}
