package dmabuf.display;

import java.util.Locale;

/** What a screen is composed of. Mirrors {@code enum drm_plane_type}; overlays are none of VFIO's. */
public enum DisplayPlane {
    /** The picture. {@code DRM_PLANE_TYPE_PRIMARY}. */
    PRIMARY,
    /** The pointer, which is shown above it. {@code DRM_PLANE_TYPE_CURSOR}. */
    CURSOR;

    /**
     * Gives the word for it.
     *
     * @return {@code primary} or {@code cursor}
     */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
