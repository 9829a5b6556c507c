package dmabuf.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dmabuf.frame.DrmFormat;
import dmabuf.frame.DrmModifier;
import dmabuf.linux.CLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Formats and modifiers have the numbers that the kernel's header gives them. */
class FourccTest {

    @Test
    void numbersAreThoseOfTheHeader() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        Map<String, Long> expected = new LinkedHashMap<>();
        for (DrmFormat format : List.of(DrmFormat.XRGB8888, DrmFormat.ARGB8888, DrmFormat.XBGR8888, DrmFormat.ABGR8888, DrmFormat.RGB888,
                DrmFormat.BGR888, DrmFormat.RGB565, DrmFormat.R8, DrmFormat.YUYV, DrmFormat.UYVY, DrmFormat.NV12, DrmFormat.NV21,
                DrmFormat.NV16, DrmFormat.YUV420)) {
            expected.put("DRM_FORMAT_" + format, Integer.toUnsignedLong(format.fourcc()));
        }
        expected.put("DRM_FORMAT_MOD_LINEAR", DrmModifier.LINEAR.value());
        expected.put("DRM_FORMAT_MOD_INVALID", DrmModifier.INVALID.value());
        expected.put("I915_FORMAT_MOD_X_TILED", DrmModifier.of("intel:0x100000000000001").value());
        expected.put("AMD_FMT_MOD", DrmModifier.of("amd:0x200000000000000").value());
        expected.put("DRM_FORMAT_MOD_ARM_AFBC(0)", DrmModifier.of("arm:0x800000000000000").value());
        expected.put("DRM_FORMAT_MOD_VENDOR_AMLOGIC", (long) DrmModifier.of("amlogic:0xa00000000000000").vendor());
        assertEquals(expected, new LinkedHashMap<>(CLayout.evaluate(List.of("drm_fourcc.h"), List.copyOf(expected.keySet()))));
    }
}
