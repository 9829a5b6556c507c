package importer.vmm;

import dmabuf.api.Access;
import dmabuf.api.BufferClosedException;
import dmabuf.api.BufferId;
import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import iosys.IosysMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A chunk of RAM: a memfd that cannot shrink, as a udmabuf wants it, mapped. Processes share it coherently: it needs no brackets. */
final class RamBacking implements Backing {

    private static final MmapPolicy POLICY = MmapPolicy.mappable(Caching.CACHED).withNeedsSync(false);

    private final Syscalls kernel;
    private final Fd memfd;
    private final Arena arena;
    private final MemorySegment memory;
    private final AtomicBoolean closed = new AtomicBoolean();

    private RamBacking(Syscalls kernel, Fd memfd, Arena arena, MemorySegment memory) {
        this.kernel = kernel;
        this.memfd = memfd;
        this.arena = arena;
        this.memory = memory;
    }

    /** Makes a chunk. */
    static RamBacking of(Syscalls kernel, String guest, long length, boolean prefault) {
        Fd memfd = Memfd.sealed(kernel, "guest:" + guest, length);
        Arena arena = Arena.ofShared();
        boolean made = false;
        try {
            MemorySegment memory = MappedMemory.map(kernel, memfd.number(), 0, length, true, arena);
            if (prefault) {
                populate(memory, memfd);
            }
            made = true;
            return new RamBacking(kernel, memfd, arena, memory);
        } finally {
            if (!made) {
                arena.close();
                memfd.close();
            }
        }
    }

    private static void populate(MemorySegment memory, Fd memfd) {
        try {
            BufferBacking.touch(memory);
        } catch (InternalError e) {
            // How the JVM reports SIGBUS: the file system has no page left.
            throw new DmaBufException(
                    Errno.ENOMEM, "prefault", memfd + ", " + memory.byteSize() + " bytes",
                    "there is not as much memory: " + e.getMessage());
        }
    }

    /** Another descriptor of the memfd, which the caller closes. */
    Fd duplicate() {
        return Fd.adopt(SyscallResult.check(kernel.dup(memfd.number()), "dup", memfd.toString()), kernel);
    }

    @Override
    public long address() {
        return memory.address();
    }

    @Override
    public MmapPolicy policy() {
        return POLICY;
    }

    @Override
    public String mode() {
        return "ram";
    }

    @Override
    public String describe() {
        return "RAM, " + memfd;
    }

    @Override
    public Optional<BufferId> buffer() {
        return Optional.empty();
    }

    @Override
    public void access(Access access, Consumer<IosysMap> work) {
        try {
            work.accept(IosysMap.of(memory));
        } catch (IllegalStateException e) {
            if (memory.scope().isAlive()) {
                throw e;
            }
            throw new BufferClosedException("access", describe());
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            arena.close();
            memfd.close();
        }
    }
}
