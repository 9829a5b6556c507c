package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.fd.Errno;
import java.lang.foreign.MemorySegment;
import java.util.function.ToIntFunction;

/**
 * A client of i915: which request goes where, as {@code i915_ioctls} lists them, all of which a render node takes too. There are no
 * engines, so that what would run something on the GPU is ENODEV.
 */
final class I915Client implements DrmDriver.DriverClient {

    private final I915Device device;
    private final DrmClient client;
    private final I915Mmap mmap;
    private final DrmRequests requests = new DrmRequests();

    I915Client(I915Device device, DrmClient client) {
        this.device = device;
        this.client = client;
        this.mmap = new I915Mmap(this);
        addMemory();
        addCaching();
        requests.add(I915Uapi.GETPARAM, new I915Params(device)::get);
        requests.add(I915Uapi.QUERY, new I915Query(device)::query);
    }

    private void addMemory() {
        I915Create create = new I915Create(this);
        requests.add(I915Uapi.GEM_CREATE, create::create);
        requests.add(I915Uapi.GEM_CREATE_EXT, create::createExtended);
        requests.add(I915Uapi.GEM_MMAP, mmap::map);
        requests.add(I915Uapi.GEM_MMAP_OFFSET, mmap::offset);
        I915Transfer transfer = new I915Transfer(this);
        requests.add(I915Uapi.GEM_PREAD, transfer::read);
        requests.add(I915Uapi.GEM_PWRITE, transfer::write);
    }

    private void addCaching() {
        I915Caching caching = new I915Caching(this);
        requests.add(I915Uapi.GEM_SET_CACHING, caching::set);
        requests.add(I915Uapi.GEM_GET_CACHING, caching::get);
        I915Domains domains = new I915Domains(this);
        requests.add(I915Uapi.GEM_SET_DOMAIN, domains::set);
        requests.add(I915Uapi.GEM_SW_FINISH, domains::finish);
        requests.add(I915Uapi.GEM_BUSY, domains::busy);
        requests.add(I915Uapi.GEM_WAIT, domains::await);
        I915Tiling tiling = new I915Tiling(this);
        requests.add(I915Uapi.GEM_SET_TILING, tiling::set);
        requests.add(I915Uapi.GEM_GET_TILING, tiling::get);
    }

    I915Device device() {
        return device;
    }

    DrmClient client() {
        return client;
    }

    Gpu gpu() {
        return client.gpu();
    }

    DrmHandles handles() {
        return client.handles();
    }

    /** Does something with the object of a handle that a struct begins with; ENOENT when there is none. */
    int withObject(MemorySegment struct, ToIntFunction<GemObject> body) {
        GemObject object = handles().get(struct.get(JAVA_INT, DrmUapi.HANDLE));
        if (object == null) {
            throw new KernelError(Errno.ENOENT);
        }
        try {
            return body.applyAsInt(object);
        } finally {
            object.put();
        }
    }

    /** {@code range_overflows}: EINVAL for what is not within an object. Its end is not within it, not even for nothing. */
    void checkRange(GemObject object, long offset, long size) {
        boolean begins = Long.compareUnsigned(offset, object.size()) < 0;
        if (!begins || Long.compareUnsigned(size, object.size() - offset) > 0) {
            throw new KernelError(Errno.EINVAL);
        }
    }

    @Override
    public int ioctl(long request, MemorySegment argument) {
        Errno otherwise = SizedArgument.number(request) <= I915Uapi.LAST ? Errno.ENODEV : Errno.EINVAL;
        return requests.call(request, argument, -otherwise.number());
    }

    /** {@code i915_gem_dumb_mmap_offset}. */
    @Override
    public long dumbOffset(GemObject object) {
        return mmap.offset(object, device.isDiscrete() ? I915MmapMode.FIXED : I915MmapMode.WC);
    }

    @Override
    public void handleRemoved(GemObject object) {
        mmap.takeBack(object);
    }

    @Override
    public void close() {
        // What a client has are handles, which its file gives back.
    }
}
