package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.vfio.VfioIoctl;
import java.lang.foreign.MemorySegment;

/**
 * A container, {@code drivers/vfio/container.c}: groups that share an IOMMU. There are no devices that do DMA, so that memory cannot be
 * mapped for them: those requests of type 1 are ENOTTY. Thread-safe.
 */
final class VfioContainer implements DeviceFile.Requests {

    private static final int NONE = 0;
    private static final int NESTING_IOMMU = 6;
    private static final int UNMAP_ALL = 9;
    private static final int EINVAL = -Errno.EINVAL.number();

    private int groups;
    private int iommu = NONE;

    @Override
    public synchronized int ioctl(long request, MemorySegment argument) {
        if (request == VfioIoctl.GET_API_VERSION) {
            return VfioIoctl.API_VERSION;
        }
        if (request == VfioIoctl.CHECK_EXTENSION) {
            return isType1(argument.address()) ? 1 : 0;
        }
        if (request == VfioIoctl.SET_IOMMU) {
            return setIommu(argument.address());
        }
        return iommu == NONE ? EINVAL : -Errno.ENOTTY.number();
    }

    /** {@code vfio_iommu_type1_check_extension}. */
    private static boolean isType1(long extension) {
        return extension == VfioIoctl.TYPE1_IOMMU || extension == VfioIoctl.TYPE1V2_IOMMU || extension == NESTING_IOMMU
                || extension == UNMAP_ALL;
    }

    private int setIommu(long extension) {
        if (groups == 0 || iommu != NONE) {
            return EINVAL;
        }
        if (!isType1(extension)) {
            return -Errno.ENODEV.number();
        }
        if (extension == UNMAP_ALL) {
            return EINVAL; // An extension that is no IOMMU, vfio_iommu_type1_open says.
        }
        iommu = (int) extension;
        return 0;
    }

    synchronized void attach() {
        groups++;
    }

    /** With its last group a container loses its IOMMU. */
    synchronized void detach() {
        groups--;
        if (groups == 0) {
            iommu = NONE;
        }
    }

    synchronized boolean hasIommu() {
        return iommu != NONE;
    }
}
