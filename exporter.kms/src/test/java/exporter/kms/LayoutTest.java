package exporter.kms;

import dmabuf.linux.CHeader;
import exporter.kms.uapi.CreateDumb;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

/** The struct that is filled here, byte by byte, against the one that a C compiler fills from drm_mode.h. */
class LayoutTest {

    private final CHeader header = CHeader.of("drm.h", "drm_mode.h");

    @Test
    void requestNumberAndAnswerOffsetsAreThoseOfTheHeader() throws Exception {
        header.number("DRM_IOCTL_MODE_CREATE_DUMB", CreateDumb.CREATE_DUMB);
        header.field("drm_mode_create_dumb", "handle", 16);
        header.field("drm_mode_create_dumb", "size", 24);
        header.assertAsInC();
    }

    @Test
    void createDumbIsFilledAsInC() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            header.assertFilledAsInC("struct drm_mode_create_dumb s = { .width = 1024, .height = 7, .bpp = 32 }",
                    CreateDumb.fill(arena, 1024, 7, 32));
        }
    }
}
