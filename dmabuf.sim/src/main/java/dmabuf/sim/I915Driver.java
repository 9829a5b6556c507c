package dmabuf.sim;

import dmabuf.fd.Errno;
import java.util.List;

/** {@code i915}: Intel's GPUs, integrated and discrete. Imports what others export, and exports what other devices can reach. */
final class I915Driver implements DrmDriver {

    private static final int PREFERRED_DEPTH = 24;
    private static final int CURSOR_SIZE = 256;
    /** The unit of a line that a display scans, and from where on lines are whole pages. */
    private static final long LINE_UNIT = 64;
    private static final long WIDEST_LINE = 32 << 10;
    private static final long PAGE = 4096;

    private final I915Device device;

    I915Driver(I915Device device) {
        this.device = device;
    }

    @Override
    public String name() {
        return "i915";
    }

    @Override
    public String description() {
        return "Intel Graphics";
    }

    @Override
    public int major() {
        return 1;
    }

    @Override
    public int minor() {
        return 6;
    }

    @Override
    public String exporterName() {
        return "i915";
    }

    @Override
    public DriverRules driverRules() {
        return device.isDiscrete() ? DriverRules.I915_TTM : DriverRules.I915_SHMEM;
    }

    @Override
    public boolean isDisplay() {
        return true;
    }

    @Override
    public boolean hasRenderNode() {
        return true;
    }

    @Override
    public boolean hasSyncObjects() {
        return true;
    }

    @Override
    public boolean hasModifiers() {
        return true;
    }

    @Override
    public boolean prefersShadow() {
        return true;
    }

    @Override
    public boolean hasAsyncFlips() {
        return true;
    }

    @Override
    public int cursorSize() {
        return CURSOR_SIZE;
    }

    @Override
    public int preferredDepth() {
        return PREFERRED_DEPTH;
    }

    /** {@code i915_gem_dumb_create}: one, two or four bytes for each pixel. The pitch is a 32-bit number, which may wrap around. */
    @Override
    public Dumb dumb(int width, int height, int bitsPerPixel) {
        int bytes = Integer.divideUnsigned(bitsPerPixel + Byte.SIZE - 1, Byte.SIZE);
        if (bytes != 1 && bytes != 2 && bytes != 4) {
            throw new KernelError(Errno.EINVAL);
        }
        long pitch = align(width * bytes, LINE_UNIT);
        if (pitch > WIDEST_LINE) {
            pitch = align((int) pitch, PAGE);
        }
        if (pitch < Integer.toUnsignedLong(width)) {
            throw new KernelError(Errno.EINVAL);
        }
        return new Dumb((int) pitch, pitch * Integer.toUnsignedLong(height));
    }

    private static long align(int value, long unit) {
        return Integer.toUnsignedLong((int) (value + unit - 1 & -unit));
    }

    @Override
    public GemObject createDumb(Gpu gpu, long size) {
        return I915Create.make(gpu, device, size, List.of(device.isDiscrete() ? I915Region.DEVICE : I915Region.SYSTEM), false);
    }

    @Override
    public void checkForeignImport() {
        // It takes whatever gives it a scatter list.
    }

    @Override
    public DriverObject imported() {
        return I915Object.imported(device);
    }

    /** {@code i915_gem_dmabuf_attach}: other devices reach system memory only. */
    @Override
    public void checkAttach(GemObject object) {
        if (!I915Object.of(object).canMoveToSystem()) {
            throw new KernelError(Errno.EOPNOTSUPP);
        }
    }

    @Override
    public DriverClient open(DrmClient client) {
        return new I915Client(device, client);
    }
}
