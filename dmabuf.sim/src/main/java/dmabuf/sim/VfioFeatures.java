package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.fd.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@code vfio_ioctl_device_feature}, of devices that have no feature at all, known or unknown. */
final class VfioFeatures {

    private VfioFeatures() {}

    static int ioctl(long argument) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = CallerMemory.struct(argument, VfioUapi.FEATURE_SIZE, arena);
            int flags = struct.get(JAVA_INT, VfioUapi.FEATURE_FLAGS);
            int actions = flags & ~VfioUapi.FEATURE_MASK;
            boolean both = (actions & (VfioUapi.FEATURE_GET | VfioUapi.FEATURE_SET)) == (VfioUapi.FEATURE_GET | VfioUapi.FEATURE_SET);
            if (Integer.compareUnsigned(struct.get(JAVA_INT, 0), VfioUapi.FEATURE_SIZE) < 0
                    || (actions & ~(VfioUapi.FEATURE_GET | VfioUapi.FEATURE_SET | VfioUapi.FEATURE_PROBE)) != 0
                    || both && (actions & VfioUapi.FEATURE_PROBE) == 0) {
                return -Errno.EINVAL.number();
            }
            return -Errno.ENOTTY.number();
        }
    }
}
