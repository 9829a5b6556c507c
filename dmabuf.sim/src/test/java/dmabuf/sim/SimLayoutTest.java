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
