package importer.vmm;

import dmabuf.api.Access;
import dmabuf.api.Attachment;
import dmabuf.api.BufferId;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ImporterDevice;
import dmabuf.api.Mapping;
import dmabuf.api.MemoryKind;
import dmabuf.api.MmapPolicy;
import dmabuf.api.MmapRequest;
import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;
import iosys.IosysMap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A buffer: a mapping of it in one of its modes, and an attachment, which is mapped by nobody and there to hear when the memory moves. The
 * exporter, or the core, tells all attachments before any mapping is closed.
 */
final class BufferBacking implements Backing {

    private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();

    private final BufferId id;
    private final String words;
    private final Attachment attachment;
    private final Mapping mapping;
    private final long address;

    private BufferBacking(BufferId id, String words, Attachment attachment, Mapping mapping, long address) {
        this.id = id;
        this.words = words;
        this.attachment = attachment;
        this.mapping = mapping;
        this.address = address;
    }

    /**
     * Attaches and maps.
     *
     * @param plan what to map, checked
     * @param withdrawn is run when the memory moves, perhaps before this returns
     */
    static BufferBacking of(DmaBuf buffer, BufferPlan plan, String guest, Runnable withdrawn) {
        Attachment attachment = buffer.attach(new Device(guest), moved -> withdrawn.run());
        Mapping mapping = null;
        BufferBacking made = null;
        try {
            if (attachment.isInvalidated()) {
                throw new DmaBufException(Errno.ENODEV, "map", plan.toString(), "its memory is being moved; map it when it is there again");
            }
            mapping = buffer.mmap(
                    MmapRequest.whole().mode(plan.mode().name()).range(plan.offset(), plan.length()).access(plan.access()));
            made = new BufferBacking(buffer.id(), buffer.toString(), attachment, mapping, look(mapping, plan.prefault()));
            return made;
        } finally {
            if (made == null) {
                close(mapping, attachment);
            }
        }
    }

    /** Finds out where it is, and has its pages there. */
    private static long look(Mapping mapping, boolean prefault) {
        try (CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
            return cpu.access(memory -> {
                if (prefault) {
                    touch(memory);
                }
                return memory.address();
            });
        }
    }

    /** Reads a byte of every page: an access of any kind of memory, which no compiler leaves out. */
    static void touch(MemorySegment memory) {
        for (long at = 0; at < memory.byteSize(); at += MappedMemory.PAGE_SIZE) {
            byte ignored = (byte) BYTE.getVolatile(memory, at);
        }
    }

    /** The guest, as a device on the buffer: it lets go within the call that tells it, so it may have memory that can be taken away. */
    private record Device(String guest) implements ImporterDevice {

        @Override
        public String name() {
            return "guest " + guest;
        }

        @Override
        public boolean reachesIoMemory() {
            return true;
        }
    }

    @Override
    public long address() {
        return address;
    }

    @Override
    public MmapPolicy policy() {
        return mapping.policy();
    }

    @Override
    public String mode() {
        return mapping.mode();
    }

    @Override
    public String describe() {
        return words;
    }

    @Override
    public Optional<BufferId> buffer() {
        return Optional.of(id);
    }

    @Override
    public void access(Access access, Consumer<IosysMap> work) {
        boolean io = mapping.policy().memory() == MemoryKind.IO;
        try (CpuAccess cpu = mapping.cpuAccess(access)) {
            cpu.access(memory -> {
                work.accept(io ? IosysMap.ofIo(memory) : IosysMap.of(memory));
                return null;
            });
        }
    }

    @Override
    public void close() {
        close(mapping, attachment);
    }

    private static void close(Mapping mapping, Attachment attachment) {
        try {
            if (mapping != null) {
                mapping.close();
            }
        } finally {
            attachment.close();
        }
    }
}
