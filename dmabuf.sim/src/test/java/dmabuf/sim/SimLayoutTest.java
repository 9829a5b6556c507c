package dmabuf.sim;

import dmabuf.linux.CHeader;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The structs and request numbers that the simulation reads, against the system's headers. */
class SimLayoutTest {

    @Test
    void udmabufIsThatOfTheHeader() throws Exception {
        CHeader header = CHeader.of("linux/udmabuf.h");
        header.number("UDMABUF_CREATE", UdmabufUapi.CREATE);
        header.number("UDMABUF_CREATE_LIST", UdmabufUapi.CREATE_LIST);
        header.number("UDMABUF_FLAGS_CLOEXEC", UdmabufUapi.FLAGS_CLOEXEC);
        for (String struct : List.of("udmabuf_create", "udmabuf_create_item")) {
            header.size(struct, UdmabufUapi.ITEM_SIZE);
            header.field(struct, "memfd", UdmabufUapi.ITEM_MEMFD);
            header.field(struct, "offset", UdmabufUapi.ITEM_OFFSET);
            header.field(struct, "size", UdmabufUapi.ITEM_LENGTH);
        }
        header.field("udmabuf_create", "flags", UdmabufUapi.CREATE_FLAGS);
        header.size("udmabuf_create_list", UdmabufUapi.LIST_SIZE);
        header.field("udmabuf_create_list", "flags", UdmabufUapi.LIST_FLAGS);
        header.field("udmabuf_create_list", "count", UdmabufUapi.LIST_COUNT);
        header.field("udmabuf_create_list", "list", UdmabufUapi.LIST_SIZE);
        header.assertAsInC();
    }

    @Test
    void vfioIsThatOfTheHeader() throws Exception {
        CHeader header = CHeader.of("linux/vfio.h");
        header.number("VFIO_DEVICE_QUERY_GFX_PLANE", VfioUapi.QUERY_GFX_PLANE);
        header.number("VFIO_DEVICE_GET_GFX_DMABUF", VfioUapi.GET_GFX_DMABUF);
        header.number("VFIO_PCI_NUM_IRQS", VfioUapi.PCI_NUM_IRQS);
        header.size("vfio_group_status", VfioUapi.STATUS_SIZE);
        header.field("vfio_group_status", "flags", VfioUapi.STATUS_FLAGS);
        header.number("offsetof(struct vfio_device_info, num_irqs) + 4", VfioUapi.INFO_SIZE);
        header.field("vfio_device_info", "flags", VfioUapi.INFO_FLAGS);
        header.field("vfio_device_info", "num_regions", VfioUapi.INFO_NUM_REGIONS);
        header.field("vfio_device_info", "num_irqs", VfioUapi.INFO_NUM_IRQS);
        header.size("vfio_region_info", VfioUapi.REGION_SIZE);
        header.field("vfio_region_info", "flags", VfioUapi.REGION_FLAGS);
        header.field("vfio_region_info", "index", VfioUapi.REGION_INDEX);
        header.field("vfio_region_info", "cap_offset", VfioUapi.REGION_CAP_OFFSET);
        header.field("vfio_region_info", "size", VfioUapi.REGION_LENGTH);
        header.field("vfio_region_info", "offset", VfioUapi.REGION_OFFSET);
        header.size("vfio_region_info_cap_type", VfioUapi.CAP_TYPE_SIZE);
        header.field("vfio_info_cap_header", "id", VfioUapi.CAP_ID);
        header.field("vfio_info_cap_header", "version", VfioUapi.CAP_VERSION);
        header.field("vfio_region_info_cap_type", "type", VfioUapi.CAP_TYPE);
        header.field("vfio_region_info_cap_type", "subtype", VfioUapi.CAP_SUBTYPE);
        header.number("VFIO_REGION_INFO_CAP_TYPE", VfioUapi.REGION_INFO_CAP_TYPE);
        header.number("VFIO_REGION_TYPE_GFX", VfioUapi.REGION_TYPE_GFX);
        header.number("VFIO_REGION_SUBTYPE_GFX_EDID", VfioUapi.REGION_SUBTYPE_GFX_EDID);
        header.size("vfio_region_gfx_edid", VfioUapi.EDID_REGISTERS);
        header.field("vfio_region_gfx_edid", "edid_offset", VfioUapi.EDID_OFFSET);
        header.field("vfio_region_gfx_edid", "edid_max_size", VfioUapi.EDID_MAX_SIZE);
        header.field("vfio_region_gfx_edid", "edid_size", VfioUapi.EDID_SIZE);
        header.field("vfio_region_gfx_edid", "max_xres", VfioUapi.EDID_MAX_XRES);
        header.field("vfio_region_gfx_edid", "max_yres", VfioUapi.EDID_MAX_YRES);
        header.field("vfio_region_gfx_edid", "link_state", VfioUapi.EDID_LINK_STATE);
        header.number("VFIO_DEVICE_GFX_LINK_STATE_UP", VfioUapi.LINK_STATE_UP);
        header.size("vfio_irq_info", VfioUapi.IRQ_SIZE);
        header.field("vfio_irq_info", "index", VfioUapi.IRQ_INDEX);
        header.field("vfio_irq_info", "count", VfioUapi.IRQ_COUNT);
        header.field("vfio_device_feature", "data", VfioUapi.FEATURE_SIZE);
        header.field("vfio_device_feature", "flags", VfioUapi.FEATURE_FLAGS);
        header.number("VFIO_DEVICE_FEATURE_MASK", VfioUapi.FEATURE_MASK);
        header.number("VFIO_DEVICE_FEATURE_GET", VfioUapi.FEATURE_GET);
        header.number("VFIO_DEVICE_FEATURE_SET", VfioUapi.FEATURE_SET);
        header.number("VFIO_DEVICE_FEATURE_PROBE", VfioUapi.FEATURE_PROBE);
        header.number("offsetof(struct vfio_device_gfx_plane_info, dmabuf_id) + 4", VfioUapi.PLANE_SIZE);
        header.field("vfio_device_gfx_plane_info", "flags", VfioUapi.PLANE_FLAGS);
        header.field("vfio_device_gfx_plane_info", "drm_plane_type", VfioUapi.PLANE_TYPE);
        header.field("vfio_device_gfx_plane_info", "drm_format", VfioUapi.PLANE_FORMAT);
        header.field("vfio_device_gfx_plane_info", "drm_format_mod", VfioUapi.PLANE_MODIFIER);
        header.field("vfio_device_gfx_plane_info", "width", VfioUapi.PLANE_WIDTH);
        header.field("vfio_device_gfx_plane_info", "height", VfioUapi.PLANE_HEIGHT);
        header.field("vfio_device_gfx_plane_info", "stride", VfioUapi.PLANE_STRIDE);
        header.field("vfio_device_gfx_plane_info", "size", VfioUapi.PLANE_LENGTH);
        header.field("vfio_device_gfx_plane_info", "x_pos", VfioUapi.PLANE_X);
        header.field("vfio_device_gfx_plane_info", "y_pos", VfioUapi.PLANE_Y);
        header.field("vfio_device_gfx_plane_info", "x_hot", VfioUapi.PLANE_X_HOT);
        header.field("vfio_device_gfx_plane_info", "y_hot", VfioUapi.PLANE_Y_HOT);
        header.field("vfio_device_gfx_plane_info", "region_index", VfioUapi.PLANE_WHAT);
        header.number("VFIO_GFX_PLANE_TYPE_PROBE", VfioUapi.TYPE_PROBE);
        header.number("VFIO_GFX_PLANE_TYPE_DMABUF", VfioUapi.TYPE_DMABUF);
        header.number("VFIO_GFX_PLANE_TYPE_REGION", VfioUapi.TYPE_REGION);
        header.assertAsInC();
    }

    @Test
    void syncFileIsThatOfTheHeader() throws Exception {
        CHeader header = CHeader.of("linux/types.h", "linux/sync_file.h");
        header.number("SYNC_IOC_MERGE", SyncFileUapi.MERGE);
        header.number("SYNC_IOC_FILE_INFO", SyncFileUapi.FILE_INFO);
        header.size("sync_merge_data", SyncFileUapi.MERGE_SIZE);
        header.field("sync_merge_data", "name", SyncFileUapi.MERGE_NAME);
        header.field("sync_merge_data", "fd2", SyncFileUapi.MERGE_FD2);
        header.field("sync_merge_data", "fence", SyncFileUapi.MERGE_FENCE);
        header.field("sync_merge_data", "flags", SyncFileUapi.MERGE_FLAGS);
        header.field("sync_merge_data", "pad", SyncFileUapi.MERGE_PAD);
        header.number("sizeof(((struct sync_merge_data *) 0)->name)", SyncFileUapi.NAME_LEN);
        header.size("sync_file_info", SyncFileUapi.INFO_SIZE);
        header.field("sync_file_info", "name", SyncFileUapi.INFO_NAME);
        header.field("sync_file_info", "status", SyncFileUapi.INFO_STATUS);
        header.field("sync_file_info", "flags", SyncFileUapi.INFO_FLAGS);
        header.field("sync_file_info", "num_fences", SyncFileUapi.INFO_NUM_FENCES);
        header.field("sync_file_info", "pad", SyncFileUapi.INFO_PAD);
        header.field("sync_file_info", "sync_fence_info", SyncFileUapi.INFO_FENCES);
        header.size("sync_fence_info", SyncFileUapi.FENCE_SIZE);
        header.field("sync_fence_info", "obj_name", SyncFileUapi.FENCE_OBJ_NAME);
        header.field("sync_fence_info", "driver_name", SyncFileUapi.FENCE_DRIVER_NAME);
        header.field("sync_fence_info", "status", SyncFileUapi.FENCE_STATUS);
        header.field("sync_fence_info", "timestamp_ns", SyncFileUapi.FENCE_TIMESTAMP_NS);
        header.assertAsInC();
    }

    @Test
    void heapIsThatOfTheHeader() throws Exception {
        CHeader header = CHeader.of("fcntl.h", "linux/dma-heap.h");
        header.number("DMA_HEAP_IOCTL_ALLOC", HeapUapi.ALLOC);
        header.number("DMA_HEAP_VALID_FD_FLAGS", HeapUapi.VALID_FD_FLAGS);
        header.number("DMA_HEAP_VALID_HEAP_FLAGS", 0L);
        header.size("dma_heap_allocation_data", HeapUapi.SIZE);
        header.field("dma_heap_allocation_data", "len", HeapUapi.LENGTH);
        header.field("dma_heap_allocation_data", "fd", HeapUapi.FD);
        header.field("dma_heap_allocation_data", "fd_flags", HeapUapi.FD_FLAGS);
        header.field("dma_heap_allocation_data", "heap_flags", HeapUapi.HEAP_FLAGS);
        header.assertAsInC();
    }

    @Test
    void drmRequestsAreThoseOfTheHeader() throws Exception {
        CHeader header = CHeader.of("fcntl.h", "drm.h");
        header.number("DRM_IOCTL_BASE", DrmUapi.TYPE);
        header.number("DRM_COMMAND_BASE", DrmUapi.COMMAND_BASE);
        header.number("DRM_COMMAND_END", DrmUapi.COMMAND_END);
        header.number("DRM_IOCTL_VERSION", DrmUapi.VERSION);
        header.number("DRM_IOCTL_GEM_CLOSE", DrmUapi.GEM_CLOSE);
        header.number("DRM_IOCTL_GET_CAP", DrmUapi.GET_CAP);
        header.number("DRM_IOCTL_PRIME_HANDLE_TO_FD", DrmUapi.PRIME_HANDLE_TO_FD);
        header.number("DRM_IOCTL_PRIME_FD_TO_HANDLE", DrmUapi.PRIME_FD_TO_HANDLE);
        header.number("DRM_IOCTL_MODE_CREATE_DUMB", DrmUapi.MODE_CREATE_DUMB);
        header.number("DRM_IOCTL_MODE_MAP_DUMB", DrmUapi.MODE_MAP_DUMB);
        header.number("DRM_IOCTL_MODE_DESTROY_DUMB", DrmUapi.MODE_DESTROY_DUMB);
        header.number("DRM_CLOEXEC", DrmUapi.CLOEXEC);
        header.number("DRM_RDWR", DrmUapi.RDWR);
        header.number("DRM_CAP_DUMB_BUFFER", DrmUapi.CAP_DUMB_BUFFER);
        header.number("DRM_CAP_VBLANK_HIGH_CRTC", DrmUapi.CAP_VBLANK_HIGH_CRTC);
        header.number("DRM_CAP_DUMB_PREFERRED_DEPTH", DrmUapi.CAP_DUMB_PREFERRED_DEPTH);
        header.number("DRM_CAP_DUMB_PREFER_SHADOW", DrmUapi.CAP_DUMB_PREFER_SHADOW);
        header.number("DRM_CAP_PRIME", DrmUapi.CAP_PRIME);
        header.number("DRM_CAP_TIMESTAMP_MONOTONIC", DrmUapi.CAP_TIMESTAMP_MONOTONIC);
        header.number("DRM_CAP_ASYNC_PAGE_FLIP", DrmUapi.CAP_ASYNC_PAGE_FLIP);
        header.number("DRM_CAP_CURSOR_WIDTH", DrmUapi.CAP_CURSOR_WIDTH);
        header.number("DRM_CAP_CURSOR_HEIGHT", DrmUapi.CAP_CURSOR_HEIGHT);
        header.number("DRM_CAP_ADDFB2_MODIFIERS", DrmUapi.CAP_ADDFB2_MODIFIERS);
        header.number("DRM_CAP_PAGE_FLIP_TARGET", DrmUapi.CAP_PAGE_FLIP_TARGET);
        header.number("DRM_CAP_CRTC_IN_VBLANK_EVENT", DrmUapi.CAP_CRTC_IN_VBLANK_EVENT);
        header.number("DRM_CAP_SYNCOBJ", DrmUapi.CAP_SYNCOBJ);
        header.number("DRM_CAP_SYNCOBJ_TIMELINE", DrmUapi.CAP_SYNCOBJ_TIMELINE);
        header.number("DRM_PRIME_CAP_IMPORT", DrmUapi.PRIME_CAP_IMPORT);
        header.number("DRM_PRIME_CAP_EXPORT", DrmUapi.PRIME_CAP_EXPORT);
        header.assertAsInC();
    }

    @Test
    void drmStructsAreThoseOfTheHeader() throws Exception {
        CHeader header = CHeader.of("drm.h", "drm_mode.h");
        header.field("drm_version", "version_major", DrmUapi.VERSION_MAJOR);
        header.field("drm_version", "version_minor", DrmUapi.VERSION_MINOR);
        header.field("drm_version", "version_patchlevel", DrmUapi.VERSION_PATCHLEVEL);
        header.field("drm_version", "name_len", DrmUapi.VERSION_NAME_LENGTH);
        header.field("drm_version", "name", DrmUapi.VERSION_NAME_LENGTH + DrmUapi.VERSION_POINTER);
        header.field("drm_version", "date_len", DrmUapi.VERSION_DATE_LENGTH);
        header.field("drm_version", "date", DrmUapi.VERSION_DATE_LENGTH + DrmUapi.VERSION_POINTER);
        header.field("drm_version", "desc_len", DrmUapi.VERSION_DESCRIPTION_LENGTH);
        header.field("drm_version", "desc", DrmUapi.VERSION_DESCRIPTION_LENGTH + DrmUapi.VERSION_POINTER);
        header.field("drm_get_cap", "capability", DrmUapi.CAP_CAPABILITY);
        header.field("drm_get_cap", "value", DrmUapi.CAP_VALUE);
        for (String struct : List.of("drm_gem_close", "drm_mode_destroy_dumb", "drm_mode_map_dumb", "drm_prime_handle")) {
            header.field(struct, "handle", DrmUapi.HANDLE);
        }
        header.field("drm_prime_handle", "flags", DrmUapi.PRIME_FLAGS);
        header.field("drm_prime_handle", "fd", DrmUapi.PRIME_FD);
        header.field("drm_mode_create_dumb", "height", DrmUapi.DUMB_HEIGHT);
        header.field("drm_mode_create_dumb", "width", DrmUapi.DUMB_WIDTH);
        header.field("drm_mode_create_dumb", "bpp", DrmUapi.DUMB_BPP);
        header.field("drm_mode_create_dumb", "handle", DrmUapi.DUMB_HANDLE);
        header.field("drm_mode_create_dumb", "pitch", DrmUapi.DUMB_PITCH);
        header.field("drm_mode_create_dumb", "size", DrmUapi.DUMB_SIZE);
        header.field("drm_mode_map_dumb", "offset", DrmUapi.MAP_OFFSET);
        header.assertAsInC();
    }

    /** No package of a distribution has vgem_drm.h, so its structs are written down here as they stand in Linux 6.12. */
    @Test
    void vgemIsThatOfTheKernel() throws Exception {
        CHeader header = CHeader.of("drm.h").declaring("""
                struct attach { __u32 handle; __u32 flags; __u32 out_fence; __u32 pad; };
                struct signal { __u32 fence; __u32 flags; };
                """);
        header.number("DRM_IOWR(DRM_COMMAND_BASE + 1, struct attach)", VgemUapi.FENCE_ATTACH);
        header.number("DRM_IOW(DRM_COMMAND_BASE + 2, struct signal)", VgemUapi.FENCE_SIGNAL);
        header.field("attach", "handle", VgemUapi.ATTACH_HANDLE);
        header.field("attach", "flags", VgemUapi.ATTACH_FLAGS);
        header.field("attach", "out_fence", VgemUapi.ATTACH_OUT_FENCE);
        header.field("attach", "pad", VgemUapi.ATTACH_PAD);
        header.field("signal", "fence", VgemUapi.SIGNAL_FENCE);
        header.field("signal", "flags", VgemUapi.SIGNAL_FLAGS);
        header.assertAsInC();
    }
}
