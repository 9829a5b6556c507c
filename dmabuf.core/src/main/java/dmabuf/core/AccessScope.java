package dmabuf.core;

import dmabuf.api.BufferClosedException;
import dmabuf.api.CpuAccess;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Function;

/** A scope of a mapping, used again and again by whoever holds its slot. */
final class AccessScope implements CpuAccess {

    private static final VarHandle FLAGS;

    static {
        try {
            FLAGS = MethodHandles.lookup().findVarHandle(AccessScope.class, "flags", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final BufferMapping mapping;
    private final byte slot;

    /** The SYNC flags that the scope was opened with; 0 while it is closed. */
    private volatile int flags;

    AccessScope(BufferMapping mapping, int slot) {
        this.mapping = mapping;
        this.slot = (byte) slot;
    }

    void open(int syncFlags) {
        FLAGS.setRelease(this, syncFlags);
    }

    @Override
    public MemorySegment segment() {
        int open = (int) FLAGS.getAcquire(this);
        if (open == 0) {
            throw new BufferClosedException("segment", "CPU access to " + mapping);
        }
        return mapping.segment(open);
    }

    @Override
    public <T> T access(Function<? super MemorySegment, ? extends T> work) {
        return mapping.work(segment(), work);
    }

    @Override
    public void close() {
        mapping.checkThread();
        int open = (int) FLAGS.getAndSet(this, 0);
        if (open != 0) {
            mapping.endAccess(slot, open);
        }
    }
}
