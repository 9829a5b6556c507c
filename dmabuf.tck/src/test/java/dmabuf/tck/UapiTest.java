package dmabuf.tck;

import dmabuf.linux.CHeader;
import dmabuf.linux.VirtgpuHeader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The numbers that cases call by name, against the system's headers. */
class UapiTest {

    /** Younger than the headers of Debian 12; their numbers are those of Linux 6.12's headers. */
    private static final Set<String> YOUNGER = Set.of("F_SEAL_EXEC", "MFD_EXEC");

    /** Debian ships no vgem_drm.h. Its two requests are proved by the real kernel's answers. */
    private static final String VGEM = "VGEM_";

    private final CHeader header = CHeader.of(
            "fcntl.h", "sys/mman.h", "unistd.h", "poll.h", "linux/types.h", "linux/ioctl.h", "linux/dma-buf.h", "linux/sync_file.h",
            "linux/udmabuf.h", "linux/dma-heap.h", "linux/videodev2.h", "drm.h", "drm_mode.h", "i915_drm.h", "linux/vfio.h")
            .declaring(VirtgpuHeader.DECLARATIONS);

    @Test
    void constantsAreThoseOfTheHeaders() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>(Uapi.load().constants());
        ours.keySet().removeAll(YOUNGER);
        ours.keySet().removeIf(name -> name.startsWith(VGEM));
        ours.forEach(header::number);
        header.assertAsInC();
    }

    @Test
    void requestsAndFieldsAreThoseOfTheHeaders() throws Exception {
        for (Request request : Uapi.load().requests()) {
            if (request.name().contains(".") || request.name().startsWith("DRM_IOCTL_" + VGEM)) {
                continue; // Not the header's own struct, or in no header that Debian has.
            }
            header.number(request.name(), request.number());
            request.struct().ifPresent(struct -> request.fields()
                    .forEach(field -> header.field(struct, field.name(), field.offset())));
        }
        header.assertAsInC();
    }
}
