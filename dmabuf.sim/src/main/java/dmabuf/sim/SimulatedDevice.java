package dmabuf.sim;

import java.lang.foreign.MemorySegment;

/** A device and its driver: what its node answers once it is open. */
interface SimulatedDevice {

    /** Speaks to the driver. The answer is a result or a negated errno; a {@link KernelError} is answered as its errno. */
    int ioctl(long request, MemorySegment argument);

    /** The parameters of the driver's module. */
    ModuleParameters parameters();
}
