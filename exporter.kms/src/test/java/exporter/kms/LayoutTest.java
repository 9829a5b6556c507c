package exporter.kms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dmabuf.linux.CLayout;
import exporter.kms.uapi.CreateDumb;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The struct that is filled here, byte by byte, against the one that a C compiler fills from drm_mode.h. */
class LayoutTest {

    @Test
    void requestNumberAndAnswerOffsetsAreThoseOfTheHeader() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        var c = CLayout.evaluate(
                List.of("drm.h", "drm_mode.h"),
                List.of("DRM_IOCTL_MODE_CREATE_DUMB", "offsetof(struct drm_mode_create_dumb, handle)",
                        "offsetof(struct drm_mode_create_dumb, size)"));

        assertEquals(List.of(CreateDumb.CREATE_DUMB, 16L, 24L), List.copyOf(c.values()));
    }

    @Test
    void createDumbIsFilledAsInC() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        String c = CLayout.compileAndRun("#include <stdio.h>\n#include <drm.h>\n#include <drm_mode.h>\n"
                + "int main(void) { struct drm_mode_create_dumb s = { .width = 1024, .height = 7, .bpp = 32 };"
                + " for (size_t i = 0; i < sizeof s; i++) printf(\"%02x\", ((unsigned char *) &s)[i]); return 0; }\n");
        try (Arena arena = Arena.ofConfined()) {
            assertEquals(c, HexFormat.of().formatHex(CreateDumb.fill(arena, 1024, 7, 32).toArray(ValueLayout.JAVA_BYTE)));
        }
    }
}
