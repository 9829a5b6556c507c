package dmabuf.image;

import dmabuf.frame.DrmFormat;
import dmabuf.frame.DrmModifier;
import dmabuf.linux.CHeader;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Formats and modifiers have the numbers that the kernel's header gives them. */
class FourccTest {

    @Test
    void numbersAreThoseOfTheHeader() throws Exception {
        CHeader header = CHeader.of("drm_fourcc.h");
        for (DrmFormat format : List.of(DrmFormat.XRGB8888, DrmFormat.ARGB8888, DrmFormat.XBGR8888, DrmFormat.ABGR8888, DrmFormat.RGB888,
                DrmFormat.BGR888, DrmFormat.RGB565, DrmFormat.R8, DrmFormat.YUYV, DrmFormat.UYVY, DrmFormat.NV12, DrmFormat.NV21,
                DrmFormat.NV16, DrmFormat.YUV420)) {
            header.number("DRM_FORMAT_" + format, Integer.toUnsignedLong(format.fourcc()));
        }
        header.number("DRM_FORMAT_MOD_LINEAR", DrmModifier.LINEAR.value());
        header.number("DRM_FORMAT_MOD_INVALID", DrmModifier.INVALID.value());
        header.number("I915_FORMAT_MOD_X_TILED", DrmModifier.of("intel:0x100000000000001").value());
        header.number("AMD_FMT_MOD", DrmModifier.of("amd:0x200000000000000").value());
        header.number("DRM_FORMAT_MOD_ARM_AFBC(0)", DrmModifier.of("arm:0x800000000000000").value());
        header.number("DRM_FORMAT_MOD_VENDOR_AMLOGIC", DrmModifier.of("amlogic:0xa00000000000000").vendor());
        header.assertAsInC();
    }
}
