package dmabuf.sim;

import dmabuf.linux.Ioctl;

/** What displays add to the requests of {@code linux/vfio.h}, the structs that the simulation reads, and what is in them. */
final class VfioUapi {

    static final long QUERY_GFX_PLANE = Ioctl.io(';', 114);
    static final long GET_GFX_DMABUF = Ioctl.io(';', 115);

    /** {@code struct vfio_group_status}. */
    static final int STATUS_SIZE = 8;
    static final int STATUS_FLAGS = 4;

    /** {@code struct vfio_device_info}, up to num_irqs. */
    static final int INFO_SIZE = 16;
    static final int INFO_FLAGS = 4;
    static final int INFO_NUM_REGIONS = 8;
    static final int INFO_NUM_IRQS = 12;
    static final int PCI_NUM_IRQS = 5;

    /** {@code struct vfio_region_info}. */
    static final int REGION_SIZE = 32;
    static final int REGION_FLAGS = 4;
    static final int REGION_INDEX = 8;
    static final int REGION_CAP_OFFSET = 12;
    static final int REGION_LENGTH = 16;
    static final int REGION_OFFSET = 24;
    /** {@code struct vfio_region_info_cap_type}, and where it is behind a {@code vfio_region_info}. */
    static final int CAP_TYPE_SIZE = 16;
    static final int CAP_ID = 0;
    static final int CAP_VERSION = 2;
    static final int CAP_TYPE = 8;
    static final int CAP_SUBTYPE = 12;
    static final int REGION_INFO_CAP_TYPE = 2;
    static final int REGION_TYPE_GFX = 1;
    static final int REGION_SUBTYPE_GFX_EDID = 1;

    /** {@code struct vfio_region_gfx_edid}. */
    static final int EDID_REGISTERS = 24;
    static final int EDID_OFFSET = 0;
    static final int EDID_MAX_SIZE = 4;
    static final int EDID_SIZE = 8;
    static final int EDID_MAX_XRES = 12;
    static final int EDID_MAX_YRES = 16;
    static final int EDID_LINK_STATE = 20;
    static final int LINK_STATE_UP = 1;

    /** {@code struct vfio_irq_info}. */
    static final int IRQ_SIZE = 16;
    static final int IRQ_INDEX = 8;
    static final int IRQ_COUNT = 12;

    /** {@code struct vfio_device_feature}, before its data. */
    static final int FEATURE_SIZE = 8;
    static final int FEATURE_FLAGS = 4;
    static final int FEATURE_MASK = 0xffff;
    static final int FEATURE_GET = 1 << 16;
    static final int FEATURE_SET = 1 << 17;
    static final int FEATURE_PROBE = 1 << 18;

    /** {@code struct vfio_device_gfx_plane_info}, as far as drivers look at it. */
    static final int PLANE_SIZE = 60;
    static final int PLANE_FLAGS = 4;
    static final int PLANE_TYPE = 8;
    static final int PLANE_FORMAT = 12;
    static final int PLANE_MODIFIER = 16;
    static final int PLANE_WIDTH = 24;
    static final int PLANE_HEIGHT = 28;
    static final int PLANE_STRIDE = 32;
    static final int PLANE_LENGTH = 36;
    static final int PLANE_X = 40;
    static final int PLANE_Y = 44;
    static final int PLANE_X_HOT = 48;
    static final int PLANE_Y_HOT = 52;
    /** The union of region_index and dmabuf_id. */
    static final int PLANE_WHAT = 56;
    static final int TYPE_PROBE = 1;
    static final int TYPE_DMABUF = 2;
    static final int TYPE_REGION = 4;
    /** {@code enum drm_plane_type} of the kernel, which no header of user space has. */
    static final int PLANE_PRIMARY = 1;
    static final int PLANE_CURSOR = 2;

    private VfioUapi() {}
}
