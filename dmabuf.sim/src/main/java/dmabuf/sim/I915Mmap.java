package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import java.lang.foreign.MemorySegment;

/**
 * The ways in which a client of i915 maps its objects: {@code i915_gem_mman.c} of Linux 6.12, with its checks in their order. What Linux
 * finds only when memory is touched, such as a snooped object behind the aperture, is not found here.
 */
final class I915Mmap {

    private static final int READ_WRITE = Posix.PROT_READ | Posix.PROT_WRITE;

    private final I915Client client;

    I915Mmap(I915Client client) {
        this.client = client;
    }

    /** GEM_MMAP_OFFSET, and GEM_MMAP_GTT, which asks for mode 0: mode first, then handle, then whether the object has that mode. */
    int offset(MemorySegment struct) {
        I915Extensions.read(struct.get(JAVA_LONG, I915Uapi.FAKE_EXTENSIONS), (name, address, arena) -> false);
        I915MmapMode mode = I915MmapMode.of(struct.get(JAVA_LONG, I915Uapi.FAKE_FLAGS), client.device());
        return client.withObject(struct, object -> {
            struct.set(JAVA_LONG, I915Uapi.FAKE_OFFSET, offset(object, mode));
            return 0;
        });
    }

    /** {@code __assign_mmap_offset}: who asks may map it from then on, in this mode. */
    long offset(GemObject object, I915MmapMode mode) {
        I915Object state = I915Object.of(object);
        if (state.isManagedByTtm() != (mode == I915MmapMode.FIXED)) {
            throw new KernelError(Errno.ENODEV);
        }
        if (state.isManagedByTtm()) {
            return object.mapOffset();
        }
        if (mode != I915MmapMode.GTT && object.isImported()) {
            throw new KernelError(Errno.ENODEV); // Pages that are not known to be memory.
        }
        synchronized (client.gpu().lock()) {
            NodeOffset place = state.offset(mode);
            if (place == null) {
                place = client.gpu().show(object, state.memory(object, mode.bypassesCaches()));
                state.setOffset(mode, place);
            }
            place.give(client.client());
            return place.offset();
        }
    }

    /** {@code i915_gem_close_object}: the offsets go with the handle. */
    void takeBack(GemObject object) {
        synchronized (client.gpu().lock()) {
            I915Object.of(object).offsets().forEach(place -> place.takeBack(client.client()));
        }
    }

    /** GEM_MMAP, of the days when an ioctl mapped. */
    int map(MemorySegment struct) {
        if (!client.device().hasOldMmap()) {
            throw new KernelError(Errno.EOPNOTSUPP);
        }
        long flags = struct.get(JAVA_LONG, I915Uapi.MMAP_FLAGS);
        if ((flags & ~I915Uapi.MMAP_WC) != 0) {
            throw new KernelError(Errno.EINVAL);
        }
        return client.withObject(struct, object -> {
            if (object.isImported()) {
                throw new KernelError(Errno.ENXIO);
            }
            Backing memory = I915Object.of(object).memory(object, flags == I915Uapi.MMAP_WC);
            long address = map(object, memory, struct.get(JAVA_LONG, I915Uapi.MMAP_OFFSET), struct.get(JAVA_LONG, I915Uapi.MMAP_SIZE));
            struct.set(JAVA_LONG, I915Uapi.MMAP_ADDRESS, address);
            return 0;
        });
    }

    private long map(GemObject object, Backing memory, long offset, long size) {
        client.checkRange(object, offset, size);
        int refusal = DriverRules.check(size, READ_WRITE, Posix.MAP_SHARED, offset, Posix.O_RDWR);
        long address = refusal < 0
                ? refusal
                : new BufferMapping(client.client().linux(), READ_WRITE, Posix.MAP_SHARED)
                        .map(memory.extents(), 0, offset, MappedMemory.roundUp(size));
        if (SyscallResult.isError(address)) {
            throw new KernelError(Errno.ofResult(address));
        }
        return address;
    }
}
