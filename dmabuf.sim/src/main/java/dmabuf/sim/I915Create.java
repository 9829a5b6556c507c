package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dmabuf.fd.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * GEM_CREATE and GEM_CREATE_EXT: {@code i915_gem_create.c} of Linux 6.12, errno by errno and in its order. Memory comes when it is touched,
 * so an object may be larger than what there is.
 */
final class I915Create {

    /** {@code INTEL_REGION_UNKNOWN}: no device has more. */
    private static final int MOST_REGIONS = 7;

    private final I915Client client;

    I915Create(I915Client client) {
        this.client = client;
    }

    /** GEM_CREATE: system memory. */
    int create(MemorySegment struct) {
        return publish(struct, List.of(I915Region.SYSTEM), false);
    }

    /** GEM_CREATE_EXT: where it may lie, and with which page attributes. */
    int createExtended(MemorySegment struct) {
        int flags = struct.get(JAVA_INT, I915Uapi.CREATE_FLAGS);
        if ((flags & ~I915Uapi.CREATE_NEEDS_CPU_ACCESS) != 0) {
            throw new KernelError(Errno.EINVAL);
        }
        Wishes wishes = new Wishes(client.device());
        I915Extensions.read(struct.get(JAVA_LONG, I915Uapi.CREATE_EXTENSIONS), wishes);
        List<I915Region> placements = wishes.placements.isEmpty() ? List.of(I915Region.SYSTEM) : wishes.placements;
        boolean needsCpuAccess = flags == I915Uapi.CREATE_NEEDS_CPU_ACCESS;
        if (needsCpuAccess && (placements.size() == 1 || !placements.contains(I915Region.SYSTEM))) {
            throw new KernelError(Errno.EINVAL); // There must be a way out of memory that the CPU does not see.
        }
        return publish(struct, placements, wishes.attributeSet);
    }

    private int publish(MemorySegment struct, List<I915Region> placements, boolean attributeSet) {
        GemObject object = make(client.gpu(), client.device(), struct.get(JAVA_LONG, I915Uapi.CREATE_SIZE), placements, attributeSet);
        struct.set(JAVA_LONG, I915Uapi.CREATE_SIZE, object.size());
        struct.set(JAVA_INT, I915Uapi.CREATE_HANDLE, client.handles().add(object));
        object.put();
        return 0;
    }

    /** {@code __i915_gem_object_create_user_ext}: an object whose one reference is the caller's. Sizes are unsigned. */
    static GemObject make(Gpu gpu, I915Device device, long asked, List<I915Region> placements, boolean attributeSet) {
        long unit = placements.stream().mapToLong(device::pageSize).max().orElseThrow();
        long size = asked + unit - 1 & -unit;
        if (size == 0) {
            throw new KernelError(Errno.EINVAL);
        }
        if (size < 0) {
            throw new KernelError(Errno.E2BIG); // More than any file can have.
        }
        if (!device.isDiscrete()) {
            return makeIntegrated(gpu, device, size, placements, attributeSet);
        }
        try {
            return gpu.create(size, I915Object.made(device, placements, attributeSet, null));
        } catch (KernelError e) {
            throw e.errno() == Errno.ENOSPC ? new KernelError(size >> 12 > Integer.MAX_VALUE ? Errno.E2BIG : Errno.ENXIO) : e;
        }
    }

    private static GemObject makeIntegrated(Gpu gpu, I915Device device, long size, List<I915Region> placements, boolean attributeSet) {
        Backing memory = gpu.memory(size);
        try {
            IncoherentMemory incoherent = device.isCoherent() ? null : IncoherentMemory.of(gpu.linux(), gpu, memory);
            return gpu.createHidden(memory, I915Object.made(device, placements, attributeSet, incoherent));
        } catch (RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    /** What the extensions of one call ask for. */
    private static final class Wishes implements I915Extensions.Reader {
        private final I915Device device;
        private List<I915Region> placements = List.of();
        private boolean attributeSet;

        Wishes(I915Device device) {
            this.device = device;
        }

        @Override
        public boolean take(int name, long address, Arena arena) {
            switch (name) {
                case I915Uapi.EXT_MEMORY_REGIONS -> takePlacements(address, arena);
                case I915Uapi.EXT_PROTECTED_CONTENT -> takeProtection(address, arena);
                case I915Uapi.EXT_SET_PAT -> takeAttribute(address, arena);
                default -> {
                    return false;
                }
            }
            return true;
        }

        /** {@code set_placements}: known regions, each once, and one such extension. */
        private void takePlacements(long address, Arena arena) {
            MemorySegment struct = CallerMemory.struct(address, I915Uapi.EXT_REGIONS_SIZE, arena);
            int count = struct.get(JAVA_INT, I915Uapi.EXT_REGIONS_COUNT);
            boolean outside = count == 0 || Integer.compareUnsigned(count, MOST_REGIONS) > 0;
            if (struct.get(JAVA_INT, I915Uapi.EXT_REGIONS_PAD) != 0 || outside) {
                throw new KernelError(Errno.EINVAL);
            }
            List<I915Region> asked = new ArrayList<>(count);
            long list = struct.get(JAVA_LONG, I915Uapi.EXT_REGIONS_LIST);
            for (int i = 0; i < count; i++) {
                MemorySegment each = CallerMemory.struct(list + (long) i * I915Uapi.REGION_SIZE, I915Uapi.REGION_SIZE, arena);
                int memoryClass = Short.toUnsignedInt(each.get(JAVA_SHORT, I915Uapi.REGION_CLASS));
                I915Region region = device.regions().stream()
                        .filter(known -> known.memoryClass() == memoryClass && each.get(JAVA_SHORT, I915Uapi.REGION_INSTANCE) == 0)
                        .findFirst()
                        .orElseThrow(() -> new KernelError(Errno.EINVAL));
                if (asked.contains(region)) {
                    throw new KernelError(Errno.EINVAL);
                }
                asked.add(region);
            }
            if (!placements.isEmpty()) {
                throw new KernelError(Errno.EINVAL);
            }
            placements = asked;
        }

        /** {@code ext_set_protected}, on a device whose firmware offers no protection. */
        private static void takeProtection(long address, Arena arena) {
            MemorySegment struct = CallerMemory.struct(address, I915Uapi.EXT_PROTECTED_SIZE, arena);
            throw new KernelError(struct.get(JAVA_INT, I915Uapi.EXT_PROTECTED_FLAGS) != 0 ? Errno.EINVAL : Errno.ENODEV);
        }

        /** {@code ext_set_pat}. */
        private void takeAttribute(long address, Arena arena) {
            if (!device.hasPageAttributes()) {
                throw new KernelError(Errno.ENODEV);
            }
            MemorySegment struct = CallerMemory.struct(address, I915Uapi.EXT_PAT_SIZE, arena);
            if (Integer.compareUnsigned(struct.get(JAVA_INT, I915Uapi.EXT_PAT_INDEX), device.lastPageAttribute()) > 0) {
                throw new KernelError(Errno.EINVAL);
            }
            attributeSet = true;
        }
    }
}
