package dmabuf.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dmabuf.linux.CLayout;
import dmabuf.linux.VirtgpuHeader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The numbers that cases call by name, against the system's headers. */
class UapiTest {

    private static final List<String> HEADERS = List.of(
            "fcntl.h", "sys/mman.h", "unistd.h", "poll.h", "linux/types.h", "linux/ioctl.h", "linux/dma-buf.h", "linux/sync_file.h",
            "linux/udmabuf.h", "linux/dma-heap.h", "linux/videodev2.h", "drm.h", "drm_mode.h", "i915_drm.h", "linux/vfio.h");

    /** Younger than the headers of Debian 12; their numbers are those of Linux 6.12's headers. */
    private static final Set<String> YOUNGER = Set.of("F_SEAL_EXEC", "MFD_EXEC");

    /** Debian ships no vgem_drm.h. Its two requests are proved by the real kernel's answers. */
    private static final String VGEM = "VGEM_";

    @Test
    void constantsAreThoseOfTheHeaders() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        Map<String, Long> ours = new LinkedHashMap<>(Uapi.load().constants());
        ours.keySet().removeAll(YOUNGER);
        ours.keySet().removeIf(name -> name.startsWith(VGEM));

        assertEquals(ours, CLayout.evaluate(HEADERS, VirtgpuHeader.DECLARATIONS, List.copyOf(ours.keySet())));
    }

    @Test
    void requestsAndFieldsAreThoseOfTheHeaders() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        Map<String, Long> ours = new LinkedHashMap<>();
        for (Request request : Uapi.load().requests()) {
            if (request.name().contains(".") || request.name().startsWith("DRM_IOCTL_" + VGEM)) {
                continue; // Not the header's own struct, or in no header that Debian has.
            }
            ours.put(request.name(), request.number());
            request.struct().ifPresent(struct -> request.fields()
                    .forEach(field -> ours.put("offsetof(struct " + struct + ", " + field.name() + ")", (long) field.offset())));
        }

        assertEquals(ours, CLayout.evaluate(HEADERS, VirtgpuHeader.DECLARATIONS, List.copyOf(ours.keySet())));
    }
}
