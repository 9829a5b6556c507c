package dmabuf.shell.measure;

import dmabuf.api.Access;
import dmabuf.api.BufferId;
import dmabuf.api.BufferState;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.Mapping;
import dmabuf.api.MappingMode;
import dmabuf.api.MmapPolicy;
import dmabuf.api.MmapRequest;
import dmabuf.fd.Fd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A buffer of ordinary memory that claims to be mapped in several modes. Counts what is open. */
final class FakeBuffer implements DmaBuf {

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory;
    private final List<MappingMode> modes;
    private final AtomicInteger open;

    FakeBuffer(long size, List<MappingMode> modes, AtomicInteger open) {
        this.memory = arena.allocate(size, 4096);
        this.modes = modes;
        this.open = open;
        open.incrementAndGet();
    }

    @Override
    public long size() {
        return memory.byteSize();
    }

    @Override
    public List<MappingMode> modes() {
        return modes;
    }

    @Override
    public MmapPolicy policy() {
        return modes.getFirst().policy();
    }

    @Override
    public Mapping mmap(MmapRequest request) {
        MappingMode mode = modes.stream().filter(request::accepts).findFirst().orElseThrow();
        open.incrementAndGet();
        return new FakeMapping(mode, request.access());
    }

    @Override
    public void close() {
        arena.close();
        open.decrementAndGet();
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

    @Override
    public Mapping mmap() {
        throw new UnsupportedOperationException();
    }

    @Override
    public BufferId id() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String name() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void rename(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String origin() {
        throw new UnsupportedOperationException();
    }

    @Override
    public BufferState state() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Fd fd() {
        throw new UnsupportedOperationException();
    }

    @Override
    public DmaBuf retain() {
        throw new UnsupportedOperationException();
    }
}
