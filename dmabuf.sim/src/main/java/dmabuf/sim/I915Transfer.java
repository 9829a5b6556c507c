package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import dmabuf.linux.UserMemory;
import java.lang.foreign.MemorySegment;

/** PREAD and PWRITE: copies between an object and a caller's memory, {@code i915_gem.c} of Linux 6.12. */
final class I915Transfer {

    private final I915Client client;

    I915Transfer(I915Client client) {
        this.client = client;
    }

    int read(MemorySegment struct) {
        return transfer(struct, false);
    }

    int write(MemorySegment struct) {
        return transfer(struct, true);
    }

    private int transfer(MemorySegment struct, boolean write) {
        if (!client.device().hasTransfers()) {
            throw new KernelError(Errno.EOPNOTSUPP);
        }
        long size = struct.get(JAVA_LONG, I915Uapi.TRANSFER_SIZE);
        if (size == 0) {
            return 0;
        }
        long pointer = struct.get(JAVA_LONG, I915Uapi.TRANSFER_POINTER);
        if (pointer < 0 || size < 0 || pointer + size < 0) {
            throw new KernelError(Errno.EFAULT); // Not a process's addresses.
        }
        return client.withObject(struct, object -> {
            long offset = struct.get(JAVA_LONG, I915Uapi.TRANSFER_OFFSET);
            client.checkRange(object, offset, size);
            int waited = object.reservation().await(write);
            return waited < 0 ? waited : copy(object, offset, size, pointer, write);
        });
    }

    /** Between memory and the caller, with caches flushed before and invalidated behind. */
    private int copy(GemObject object, long offset, long size, long pointer, boolean write) {
        I915Object state = I915Object.of(object);
        state.toMemory();
        try (MemoryView view = MemoryView.of(client.client().linux(), state.memory(object, true), offset, size)) {
            return write ? UserMemory.copyFrom(pointer, view.bytes()) : UserMemory.copyTo(pointer, view.bytes());
        } finally {
            state.toCpu();
        }
    }
}
