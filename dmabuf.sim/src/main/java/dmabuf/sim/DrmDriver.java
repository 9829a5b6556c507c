package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;
import java.util.Optional;

/** What tells one DRM driver from another. Answers come from the driver's source in Linux 6.12; an errno is a {@link KernelError}. */
interface DrmDriver {

    /**
     * The geometry of a dumb buffer.
     *
     * @param pitch bytes from line to line
     * @param size bytes in all, whole pages
     */
    record Dumb(int pitch, long size) {}

    /** The name, as {@code DRM_IOCTL_VERSION} tells it. */
    String name();

    String description();

    int major();

    int minor();

    /** What debugfs calls the driver of a dma-buf: the module that calls {@code dma_buf_export}, which for most is the DRM core. */
    default String exporterName() {
        return "drm";
    }

    /** What the operations of its dma-bufs ask for. */
    default DriverRules driverRules() {
        return DriverRules.DRM_SHMEM;
    }

    /** DRIVER_MODESET: it drives a display. */
    boolean isDisplay();

    /** DRIVER_RENDER: it has a render node beside its card. */
    boolean hasRenderNode();

    /** DRIVER_SYNCOBJ. */
    default boolean hasSyncObjects() {
        return false;
    }

    /** {@code DRM_CAP_ADDFB2_MODIFIERS}. */
    default boolean hasModifiers() {
        return false;
    }

    /** {@code DRM_CAP_DUMB_PREFER_SHADOW}. */
    default boolean prefersShadow() {
        return false;
    }

    /** {@code DRM_CAP_ASYNC_PAGE_FLIP}. */
    default boolean hasAsyncFlips() {
        return false;
    }

    /** The width and height of a cursor; 64 of drivers that say nothing of it. */
    default int cursorSize() {
        return 64;
    }

    /** The depth that {@code DRM_CAP_DUMB_PREFERRED_DEPTH} tells. */
    default int preferredDepth() {
        return 0;
    }

    /** The driver's {@code dumb_create}, after the core has checked that nothing overflows when bits are rounded up to bytes. */
    Dumb dumb(int width, int height, int bitsPerPixel);

    /** Makes the object of a dumb buffer, of whole pages; its one reference is the caller's. */
    default GemObject createDumb(Gpu gpu, long size) {
        return gpu.create(size);
    }

    /** Checks whether the driver imports anything at all that is not its own. */
    default void checkImports() {
        // It has a gem_prime_import_sg_table.
    }

    /** Checks whether another device's dma-buf can be imported that has been attached to: {@code gem_prime_import_sg_table}. */
    void checkForeignImport();

    /** What the driver keeps beside an import. */
    default DriverObject imported() {
        return DriverObject.NOTHING;
    }

    /** Checks whether another device can be attached to an object's dma-buf, the driver's {@code attach}. */
    default void checkAttach(GemObject object) {
        // Most drivers give a scatter list to whoever asks.
    }

    /** What sysfs tells of the device's memory, the file {@code resource}. */
    default Optional<String> resources() {
        return Optional.empty();
    }

    /** What the driver keeps for a client that has just opened the device. */
    DriverClient open(DrmClient client);

    /** A client, as its driver sees it. */
    interface DriverClient {

        /** A driver without requests of its own. */
        DriverClient NOTHING = new DriverClient() {
            @Override
            public int ioctl(long request, java.lang.foreign.MemorySegment argument) {
                return -Errno.EINVAL.number();
            }

            @Override
            public void close() {
                // There is nothing to keep.
            }
        };

        /** A request of the driver's own, whose number lies in the range of drivers. */
        int ioctl(long request, java.lang.foreign.MemorySegment argument);

        /** The driver's {@code dumb_map_offset}: where the node shows a dumb buffer. An import is mapped through its dma-buf. */
        default long dumbOffset(GemObject object) {
            if (object.isImported()) {
                throw new KernelError(Errno.EINVAL);
            }
            return object.mapOffset();
        }

        /** The client has given a handle back, {@code drm_gem_object_funcs.close}. */
        default void handleRemoved(GemObject object) {
            // Most drivers keep nothing for a handle.
        }

        /** The client has closed the device. */
        void close();
    }

    /** {@code drm_gem_shmem_dumb_create}, in the 32-bit arithmetic that it uses. */
    static Dumb shmemDumb(int width, int height, int bitsPerPixel) {
        int pitch = Integer.divideUnsigned(width * bitsPerPixel + 7, 8);
        return new Dumb(pitch, MappedMemory.roundUp(Integer.toUnsignedLong(pitch * height)));
    }
}
