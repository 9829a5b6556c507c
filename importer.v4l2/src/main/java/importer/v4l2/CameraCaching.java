package importer.v4l2;

import dmabuf.api.Caching;
import dmabuf.linux.Devices;
import java.util.Optional;
import java.util.Set;

/**
 * The cache attribute of a driver's own buffers when they are mapped through the dma-buf of {@code VIDIOC_EXPBUF}, where it is known from
 * the driver's source; and UNKNOWN where it is not, never a guess.
 */
final class CameraCaching {

    /** Those with videobuf2-vmalloc for memory, whose {@code vb2_vmalloc_mmap} leaves the protection as it is: write-back. */
    private static final Set<String> VMALLOC = Set.of("uvcvideo", "em28xx", "gspca_main", "vimc");
    /** Has videobuf2-vmalloc too, unless this parameter gives one of its devices DMA memory. */
    private static final String VIVID = "vivid";
    static final String ALLOCATORS = "/sys/module/vivid/parameters/allocators";

    private CameraCaching() {}

    static Caching of(String driver, Devices devices) {
        if (driver.equals(VIVID)) {
            Optional<String> allocators = devices.attribute(ALLOCATORS);
            return allocators.isPresent() && allocators.get().matches("0(,0)*") ? Caching.CACHED : Caching.UNKNOWN;
        }
        return VMALLOC.contains(driver) ? Caching.CACHED : Caching.UNKNOWN;
    }
}
