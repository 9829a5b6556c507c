package dmabuf.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dmabuf.linux.CLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The structs and request numbers that the simulation reads, against the system's headers. */
class SimLayoutTest {

    private static void assertHeadersSay(List<String> headers, Map<String, Long> ours) throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        assertEquals(ours, CLayout.evaluate(headers, List.copyOf(ours.keySet())));
    }

    @Test
    void udmabufIsThatOfTheHeader() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put("UDMABUF_CREATE", UdmabufUapi.CREATE);
        ours.put("UDMABUF_CREATE_LIST", UdmabufUapi.CREATE_LIST);
        ours.put("UDMABUF_FLAGS_CLOEXEC", (long) UdmabufUapi.FLAGS_CLOEXEC);
        for (String struct : List.of("udmabuf_create", "udmabuf_create_item")) {
            ours.put("sizeof(struct " + struct + ")", (long) UdmabufUapi.ITEM_SIZE);
            ours.put("offsetof(struct " + struct + ", memfd)", (long) UdmabufUapi.ITEM_MEMFD);
            ours.put("offsetof(struct " + struct + ", offset)", (long) UdmabufUapi.ITEM_OFFSET);
            ours.put("offsetof(struct " + struct + ", size)", (long) UdmabufUapi.ITEM_LENGTH);
        }
        ours.put("offsetof(struct udmabuf_create, flags)", (long) UdmabufUapi.CREATE_FLAGS);
        ours.put("sizeof(struct udmabuf_create_list)", (long) UdmabufUapi.LIST_SIZE);
        ours.put("offsetof(struct udmabuf_create_list, flags)", (long) UdmabufUapi.LIST_FLAGS);
        ours.put("offsetof(struct udmabuf_create_list, count)", (long) UdmabufUapi.LIST_COUNT);
        ours.put("offsetof(struct udmabuf_create_list, list)", (long) UdmabufUapi.LIST_SIZE);
        assertHeadersSay(List.of("linux/udmabuf.h"), ours);
    }

    @Test
    void vfioIsThatOfTheHeader() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put("VFIO_DEVICE_QUERY_GFX_PLANE", VfioUapi.QUERY_GFX_PLANE);
        ours.put("VFIO_DEVICE_GET_GFX_DMABUF", VfioUapi.GET_GFX_DMABUF);
        ours.put("VFIO_PCI_NUM_IRQS", (long) VfioUapi.PCI_NUM_IRQS);
        ours.put("sizeof(struct vfio_group_status)", (long) VfioUapi.STATUS_SIZE);
        ours.put("offsetof(struct vfio_group_status, flags)", (long) VfioUapi.STATUS_FLAGS);
        ours.put("offsetof(struct vfio_device_info, num_irqs) + 4", (long) VfioUapi.INFO_SIZE);
        ours.put("offsetof(struct vfio_device_info, flags)", (long) VfioUapi.INFO_FLAGS);
        ours.put("offsetof(struct vfio_device_info, num_regions)", (long) VfioUapi.INFO_NUM_REGIONS);
        ours.put("offsetof(struct vfio_device_info, num_irqs)", (long) VfioUapi.INFO_NUM_IRQS);
        ours.put("sizeof(struct vfio_region_info)", (long) VfioUapi.REGION_SIZE);
        ours.put("offsetof(struct vfio_region_info, flags)", (long) VfioUapi.REGION_FLAGS);
        ours.put("offsetof(struct vfio_region_info, index)", (long) VfioUapi.REGION_INDEX);
        ours.put("offsetof(struct vfio_region_info, cap_offset)", (long) VfioUapi.REGION_CAP_OFFSET);
        ours.put("offsetof(struct vfio_region_info, size)", (long) VfioUapi.REGION_LENGTH);
        ours.put("offsetof(struct vfio_region_info, offset)", (long) VfioUapi.REGION_OFFSET);
        ours.put("sizeof(struct vfio_region_info_cap_type)", (long) VfioUapi.CAP_TYPE_SIZE);
        ours.put("offsetof(struct vfio_info_cap_header, id)", (long) VfioUapi.CAP_ID);
        ours.put("offsetof(struct vfio_info_cap_header, version)", (long) VfioUapi.CAP_VERSION);
        ours.put("offsetof(struct vfio_region_info_cap_type, type)", (long) VfioUapi.CAP_TYPE);
        ours.put("offsetof(struct vfio_region_info_cap_type, subtype)", (long) VfioUapi.CAP_SUBTYPE);
        ours.put("VFIO_REGION_INFO_CAP_TYPE", (long) VfioUapi.REGION_INFO_CAP_TYPE);
        ours.put("VFIO_REGION_TYPE_GFX", (long) VfioUapi.REGION_TYPE_GFX);
        ours.put("VFIO_REGION_SUBTYPE_GFX_EDID", (long) VfioUapi.REGION_SUBTYPE_GFX_EDID);
        ours.put("sizeof(struct vfio_region_gfx_edid)", (long) VfioUapi.EDID_REGISTERS);
        ours.put("offsetof(struct vfio_region_gfx_edid, edid_offset)", (long) VfioUapi.EDID_OFFSET);
        ours.put("offsetof(struct vfio_region_gfx_edid, edid_max_size)", (long) VfioUapi.EDID_MAX_SIZE);
        ours.put("offsetof(struct vfio_region_gfx_edid, edid_size)", (long) VfioUapi.EDID_SIZE);
        ours.put("offsetof(struct vfio_region_gfx_edid, max_xres)", (long) VfioUapi.EDID_MAX_XRES);
        ours.put("offsetof(struct vfio_region_gfx_edid, max_yres)", (long) VfioUapi.EDID_MAX_YRES);
        ours.put("offsetof(struct vfio_region_gfx_edid, link_state)", (long) VfioUapi.EDID_LINK_STATE);
        ours.put("VFIO_DEVICE_GFX_LINK_STATE_UP", (long) VfioUapi.LINK_STATE_UP);
        ours.put("sizeof(struct vfio_irq_info)", (long) VfioUapi.IRQ_SIZE);
        ours.put("offsetof(struct vfio_irq_info, index)", (long) VfioUapi.IRQ_INDEX);
        ours.put("offsetof(struct vfio_irq_info, count)", (long) VfioUapi.IRQ_COUNT);
        ours.put("offsetof(struct vfio_device_feature, data)", (long) VfioUapi.FEATURE_SIZE);
        ours.put("offsetof(struct vfio_device_feature, flags)", (long) VfioUapi.FEATURE_FLAGS);
        ours.put("VFIO_DEVICE_FEATURE_MASK", (long) VfioUapi.FEATURE_MASK);
        ours.put("VFIO_DEVICE_FEATURE_GET", (long) VfioUapi.FEATURE_GET);
        ours.put("VFIO_DEVICE_FEATURE_SET", (long) VfioUapi.FEATURE_SET);
        ours.put("VFIO_DEVICE_FEATURE_PROBE", (long) VfioUapi.FEATURE_PROBE);
        ours.put("offsetof(struct vfio_device_gfx_plane_info, dmabuf_id) + 4", (long) VfioUapi.PLANE_SIZE);
        ours.put("offsetof(struct vfio_device_gfx_plane_info, flags)", (long) VfioUapi.PLANE_FLAGS);
        ours.put("offsetof(struct vfio_device_gfx_plane_info, drm_plane_type)", (long) VfioUapi.PLANE_TYPE);
        ours.put("offsetof(struct vfio_device_gfx_plane_info, drm_format)", (long) VfioUapi.PLANE_FORMAT);
        ours.put("offsetof(struct vfio_device_gfx_plane_info, drm_format_mod)", (long) VfioUapi.PLANE_MODIFIER);
        ours.put("offsetof(struct vfio_device_gfx_plane_info, width)", (long) VfioUapi.PLANE_WIDTH);
        ours.put("offsetof(struct vfio_device_gfx_plane_info, height)", (long) VfioUapi.PLANE_HEIGHT);
        ours.put("offsetof(struct vfio_device_gfx_plane_info, stride)", (long) VfioUapi.PLANE_STRIDE);
        ours.put("offsetof(struct vfio_device_gfx_plane_info, size)", (long) VfioUapi.PLANE_LENGTH);
        ours.put("offsetof(struct vfio_device_gfx_plane_info, x_pos)", (long) VfioUapi.PLANE_X);
        ours.put("offsetof(struct vfio_device_gfx_plane_info, y_pos)", (long) VfioUapi.PLANE_Y);
        ours.put("offsetof(struct vfio_device_gfx_plane_info, x_hot)", (long) VfioUapi.PLANE_X_HOT);
        ours.put("offsetof(struct vfio_device_gfx_plane_info, y_hot)", (long) VfioUapi.PLANE_Y_HOT);
        ours.put("offsetof(struct vfio_device_gfx_plane_info, region_index)", (long) VfioUapi.PLANE_WHAT);
        ours.put("VFIO_GFX_PLANE_TYPE_PROBE", (long) VfioUapi.TYPE_PROBE);
        ours.put("VFIO_GFX_PLANE_TYPE_DMABUF", (long) VfioUapi.TYPE_DMABUF);
        ours.put("VFIO_GFX_PLANE_TYPE_REGION", (long) VfioUapi.TYPE_REGION);
        assertHeadersSay(List.of("linux/vfio.h"), ours);
    }

    @Test
    void syncFileIsThatOfTheHeader() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put("SYNC_IOC_MERGE", SyncFileUapi.MERGE);
        ours.put("SYNC_IOC_FILE_INFO", SyncFileUapi.FILE_INFO);
        ours.put("sizeof(struct sync_merge_data)", (long) SyncFileUapi.MERGE_SIZE);
        ours.put("offsetof(struct sync_merge_data, name)", (long) SyncFileUapi.MERGE_NAME);
        ours.put("offsetof(struct sync_merge_data, fd2)", (long) SyncFileUapi.MERGE_FD2);
        ours.put("offsetof(struct sync_merge_data, fence)", (long) SyncFileUapi.MERGE_FENCE);
        ours.put("offsetof(struct sync_merge_data, flags)", (long) SyncFileUapi.MERGE_FLAGS);
        ours.put("offsetof(struct sync_merge_data, pad)", (long) SyncFileUapi.MERGE_PAD);
        ours.put("sizeof(((struct sync_merge_data *) 0)->name)", (long) SyncFileUapi.NAME_LEN);
        ours.put("sizeof(struct sync_file_info)", (long) SyncFileUapi.INFO_SIZE);
        ours.put("offsetof(struct sync_file_info, name)", (long) SyncFileUapi.INFO_NAME);
        ours.put("offsetof(struct sync_file_info, status)", (long) SyncFileUapi.INFO_STATUS);
        ours.put("offsetof(struct sync_file_info, flags)", (long) SyncFileUapi.INFO_FLAGS);
        ours.put("offsetof(struct sync_file_info, num_fences)", (long) SyncFileUapi.INFO_NUM_FENCES);
        ours.put("offsetof(struct sync_file_info, pad)", (long) SyncFileUapi.INFO_PAD);
        ours.put("offsetof(struct sync_file_info, sync_fence_info)", (long) SyncFileUapi.INFO_FENCES);
        ours.put("sizeof(struct sync_fence_info)", (long) SyncFileUapi.FENCE_SIZE);
        ours.put("offsetof(struct sync_fence_info, obj_name)", (long) SyncFileUapi.FENCE_OBJ_NAME);
        ours.put("offsetof(struct sync_fence_info, driver_name)", (long) SyncFileUapi.FENCE_DRIVER_NAME);
        ours.put("offsetof(struct sync_fence_info, status)", (long) SyncFileUapi.FENCE_STATUS);
        ours.put("offsetof(struct sync_fence_info, timestamp_ns)", (long) SyncFileUapi.FENCE_TIMESTAMP_NS);
        assertHeadersSay(List.of("linux/types.h", "linux/sync_file.h"), ours);
    }

    @Test
    void heapIsThatOfTheHeader() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put("DMA_HEAP_IOCTL_ALLOC", HeapUapi.ALLOC);
        ours.put("DMA_HEAP_VALID_FD_FLAGS", (long) HeapUapi.VALID_FD_FLAGS);
        ours.put("DMA_HEAP_VALID_HEAP_FLAGS", 0L);
        ours.put("sizeof(struct dma_heap_allocation_data)", (long) HeapUapi.SIZE);
        ours.put("offsetof(struct dma_heap_allocation_data, len)", (long) HeapUapi.LENGTH);
        ours.put("offsetof(struct dma_heap_allocation_data, fd)", (long) HeapUapi.FD);
        ours.put("offsetof(struct dma_heap_allocation_data, fd_flags)", (long) HeapUapi.FD_FLAGS);
        ours.put("offsetof(struct dma_heap_allocation_data, heap_flags)", (long) HeapUapi.HEAP_FLAGS);
        assertHeadersSay(List.of("fcntl.h", "linux/dma-heap.h"), ours);
    }

    @Test
    void drmRequestsAreThoseOfTheHeader() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put("DRM_IOCTL_BASE", (long) DrmUapi.TYPE);
        ours.put("DRM_COMMAND_BASE", (long) DrmUapi.COMMAND_BASE);
        ours.put("DRM_COMMAND_END", (long) DrmUapi.COMMAND_END);
        ours.put("DRM_IOCTL_VERSION", DrmUapi.VERSION);
        ours.put("DRM_IOCTL_GEM_CLOSE", DrmUapi.GEM_CLOSE);
        ours.put("DRM_IOCTL_GET_CAP", DrmUapi.GET_CAP);
        ours.put("DRM_IOCTL_PRIME_HANDLE_TO_FD", DrmUapi.PRIME_HANDLE_TO_FD);
        ours.put("DRM_IOCTL_PRIME_FD_TO_HANDLE", DrmUapi.PRIME_FD_TO_HANDLE);
        ours.put("DRM_IOCTL_MODE_CREATE_DUMB", DrmUapi.MODE_CREATE_DUMB);
        ours.put("DRM_IOCTL_MODE_MAP_DUMB", DrmUapi.MODE_MAP_DUMB);
        ours.put("DRM_IOCTL_MODE_DESTROY_DUMB", DrmUapi.MODE_DESTROY_DUMB);
        ours.put("DRM_CLOEXEC", (long) DrmUapi.CLOEXEC);
        ours.put("DRM_RDWR", (long) DrmUapi.RDWR);
        ours.put("DRM_CAP_DUMB_BUFFER", DrmUapi.CAP_DUMB_BUFFER);
        ours.put("DRM_CAP_VBLANK_HIGH_CRTC", DrmUapi.CAP_VBLANK_HIGH_CRTC);
        ours.put("DRM_CAP_DUMB_PREFERRED_DEPTH", DrmUapi.CAP_DUMB_PREFERRED_DEPTH);
        ours.put("DRM_CAP_DUMB_PREFER_SHADOW", DrmUapi.CAP_DUMB_PREFER_SHADOW);
        ours.put("DRM_CAP_PRIME", DrmUapi.CAP_PRIME);
        ours.put("DRM_CAP_TIMESTAMP_MONOTONIC", DrmUapi.CAP_TIMESTAMP_MONOTONIC);
        ours.put("DRM_CAP_ASYNC_PAGE_FLIP", DrmUapi.CAP_ASYNC_PAGE_FLIP);
        ours.put("DRM_CAP_CURSOR_WIDTH", DrmUapi.CAP_CURSOR_WIDTH);
        ours.put("DRM_CAP_CURSOR_HEIGHT", DrmUapi.CAP_CURSOR_HEIGHT);
        ours.put("DRM_CAP_ADDFB2_MODIFIERS", DrmUapi.CAP_ADDFB2_MODIFIERS);
        ours.put("DRM_CAP_PAGE_FLIP_TARGET", DrmUapi.CAP_PAGE_FLIP_TARGET);
        ours.put("DRM_CAP_CRTC_IN_VBLANK_EVENT", DrmUapi.CAP_CRTC_IN_VBLANK_EVENT);
        ours.put("DRM_CAP_SYNCOBJ", DrmUapi.CAP_SYNCOBJ);
        ours.put("DRM_CAP_SYNCOBJ_TIMELINE", DrmUapi.CAP_SYNCOBJ_TIMELINE);
        ours.put("DRM_PRIME_CAP_IMPORT", DrmUapi.PRIME_CAP_IMPORT);
        ours.put("DRM_PRIME_CAP_EXPORT", DrmUapi.PRIME_CAP_EXPORT);
        assertHeadersSay(List.of("fcntl.h", "drm.h"), ours);
    }

    @Test
    void drmStructsAreThoseOfTheHeader() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put("offsetof(struct drm_version, version_major)", (long) DrmUapi.VERSION_MAJOR);
        ours.put("offsetof(struct drm_version, version_minor)", (long) DrmUapi.VERSION_MINOR);
        ours.put("offsetof(struct drm_version, version_patchlevel)", (long) DrmUapi.VERSION_PATCHLEVEL);
        ours.put("offsetof(struct drm_version, name_len)", (long) DrmUapi.VERSION_NAME_LENGTH);
        ours.put("offsetof(struct drm_version, name)", (long) DrmUapi.VERSION_NAME_LENGTH + DrmUapi.VERSION_POINTER);
        ours.put("offsetof(struct drm_version, date_len)", (long) DrmUapi.VERSION_DATE_LENGTH);
        ours.put("offsetof(struct drm_version, date)", (long) DrmUapi.VERSION_DATE_LENGTH + DrmUapi.VERSION_POINTER);
        ours.put("offsetof(struct drm_version, desc_len)", (long) DrmUapi.VERSION_DESCRIPTION_LENGTH);
        ours.put("offsetof(struct drm_version, desc)", (long) DrmUapi.VERSION_DESCRIPTION_LENGTH + DrmUapi.VERSION_POINTER);
        ours.put("offsetof(struct drm_get_cap, capability)", (long) DrmUapi.CAP_CAPABILITY);
        ours.put("offsetof(struct drm_get_cap, value)", (long) DrmUapi.CAP_VALUE);
        for (String struct : List.of("drm_gem_close", "drm_mode_destroy_dumb", "drm_mode_map_dumb", "drm_prime_handle")) {
            ours.put("offsetof(struct " + struct + ", handle)", (long) DrmUapi.HANDLE);
        }
        ours.put("offsetof(struct drm_prime_handle, flags)", (long) DrmUapi.PRIME_FLAGS);
        ours.put("offsetof(struct drm_prime_handle, fd)", (long) DrmUapi.PRIME_FD);
        ours.put("offsetof(struct drm_mode_create_dumb, height)", (long) DrmUapi.DUMB_HEIGHT);
        ours.put("offsetof(struct drm_mode_create_dumb, width)", (long) DrmUapi.DUMB_WIDTH);
        ours.put("offsetof(struct drm_mode_create_dumb, bpp)", (long) DrmUapi.DUMB_BPP);
        ours.put("offsetof(struct drm_mode_create_dumb, handle)", (long) DrmUapi.DUMB_HANDLE);
        ours.put("offsetof(struct drm_mode_create_dumb, pitch)", (long) DrmUapi.DUMB_PITCH);
        ours.put("offsetof(struct drm_mode_create_dumb, size)", (long) DrmUapi.DUMB_SIZE);
        ours.put("offsetof(struct drm_mode_map_dumb, offset)", (long) DrmUapi.MAP_OFFSET);
        assertHeadersSay(List.of("drm.h", "drm_mode.h"), ours);
    }

    /** No package of a distribution has vgem_drm.h, so its structs are written down here as they stand in Linux 6.12. */
    @Test
    void vgemIsThatOfTheKernel() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        String told = CLayout.compileAndRun("#include <stddef.h>\n#include <stdio.h>\n#include <drm.h>\n"
                + "struct attach { __u32 handle; __u32 flags; __u32 out_fence; __u32 pad; };\n"
                + "struct signal { __u32 fence; __u32 flags; };\n"
                + "int main(void) { printf(\"%lu %lu %zu %zu %zu %zu %zu %zu\","
                + " (unsigned long) DRM_IOWR(DRM_COMMAND_BASE + 1, struct attach),"
                + " (unsigned long) DRM_IOW(DRM_COMMAND_BASE + 2, struct signal),"
                + " offsetof(struct attach, handle), offsetof(struct attach, flags), offsetof(struct attach, out_fence),"
                + " offsetof(struct attach, pad), offsetof(struct signal, fence), offsetof(struct signal, flags)); return 0; }\n");
        assertEquals(
                VgemUapi.FENCE_ATTACH + " " + VgemUapi.FENCE_SIGNAL + " " + VgemUapi.ATTACH_HANDLE + " " + VgemUapi.ATTACH_FLAGS + " "
                        + VgemUapi.ATTACH_OUT_FENCE + " " + VgemUapi.ATTACH_PAD + " " + VgemUapi.SIGNAL_FENCE + " " + VgemUapi.SIGNAL_FLAGS,
                told);
    }
}
