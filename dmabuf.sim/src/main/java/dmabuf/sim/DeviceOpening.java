package dmabuf.sim;

import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Posix;
import java.util.function.BooleanSupplier;

/**
 * A device node that is being opened.
 *
 * @param linux the real kernel
 * @param descriptors the descriptors of this kernel
 * @param token what stands for the open file
 * @param plugged tells whether the device is there still
 * @param flags as they were given to open(2)
 */
record DeviceOpening(LinuxSyscalls linux, Descriptors descriptors, int token, BooleanSupplier plugged, int flags) {

    int accessMode() {
        return flags & Posix.O_ACCMODE;
    }
}
