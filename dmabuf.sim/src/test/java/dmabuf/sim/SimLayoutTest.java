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
}
