package dmabuf.display.spi;

import dmabuf.api.ExportRequest;
import dmabuf.display.PlaneInfo;
import java.util.Objects;

/**
 * What a plane shows, and how to have it as a buffer.
 *
 * @param info what there is to say of it
 * @param request what the exporter on the same device has to be asked for, to export just this framebuffer. It is refused with ENOENT once
 *     the framebuffer is gone
 */
public record PlaneState(PlaneInfo info, ExportRequest request) {

    /** Checks that nothing is missing. */
    public PlaneState {
        Objects.requireNonNull(info, "info");
        Objects.requireNonNull(request, "request");
    }
}
