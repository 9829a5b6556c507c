package exporter.virtio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.linux.CHeader;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.VirtgpuHeader;
import exporter.virtio.uapi.ContextInit;
import exporter.virtio.uapi.GetParam;
import exporter.virtio.uapi.Map;
import exporter.virtio.uapi.ResourceCreate;
import exporter.virtio.uapi.ResourceCreateBlob;
import exporter.virtio.uapi.ResourceInfo;
import exporter.virtio.uapi.Transfer;
import exporter.virtio.uapi.VirglCommand;
import exporter.virtio.uapi.Wait;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The structs that are filled here, byte by byte, against those that a C compiler fills. */
class LayoutTest {

    private static final Arena ARENA = Arena.ofAuto();

    private final CHeader header = CHeader.of("drm.h").declaring(VirtgpuHeader.DECLARATIONS);

    @Test
    void requestNumbersSizesAndAnswerOffsetsAreThoseOfTheHeader() throws Exception {
        header.number("DRM_IOCTL_VIRTGPU_GETPARAM", GetParam.GETPARAM);
        header.number("DRM_IOCTL_VIRTGPU_RESOURCE_CREATE", ResourceCreate.CREATE);
        header.number("DRM_IOCTL_VIRTGPU_RESOURCE_INFO", ResourceInfo.INFO);
        header.number("DRM_IOCTL_VIRTGPU_RESOURCE_CREATE_BLOB", ResourceCreateBlob.CREATE_BLOB);
        header.number("DRM_IOCTL_VIRTGPU_MAP", Map.MAP);
        header.number("DRM_IOCTL_VIRTGPU_TRANSFER_TO_HOST", Transfer.TO_HOST);
        header.number("DRM_IOCTL_VIRTGPU_WAIT", Wait.WAIT);
        header.number("DRM_IOCTL_VIRTGPU_CONTEXT_INIT", ContextInit.CONTEXT_INIT);
        header.number("VIRTGPU_PARAM_3D_FEATURES", GetParam.FEATURES_3D);
        header.number("VIRTGPU_PARAM_RESOURCE_BLOB", GetParam.RESOURCE_BLOB);
        header.number("VIRTGPU_PARAM_HOST_VISIBLE", GetParam.HOST_VISIBLE);
        header.number("VIRTGPU_PARAM_CONTEXT_INIT", GetParam.CONTEXT_INIT);
        header.number("VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs", GetParam.SUPPORTED_CAPSET_IDS);
        header.number("VIRTGPU_BLOB_MEM_GUEST", ResourceCreateBlob.MEM_GUEST);
        header.number("VIRTGPU_BLOB_MEM_HOST3D", ResourceCreateBlob.MEM_HOST3D);

        header.assertAsInC();
    }

    static Stream<Arguments> filledStructs() {
        return Stream.of(
                filled("struct drm_virtgpu_resource_create s = { .target = 2, .format = 2, .width = 1024, .height = 7, .depth = 1,"
                        + " .array_size = 1, .size = 28672 }", ResourceCreate.picture(ARENA, 1024, 7, 28672), ResourceCreate.SIZE),
                filled("struct drm_virtgpu_resource_create s = { .target = 0, .format = 64, .bind = 16, .width = 8192, .height = 1,"
                        + " .depth = 1, .array_size = 1, .size = 8192 }", ResourceCreate.buffer(ARENA, 8192), ResourceCreate.SIZE),
                filled("struct drm_virtgpu_resource_create_blob s = { .blob_mem = VIRTGPU_BLOB_MEM_GUEST, .blob_flags ="
                        + " VIRTGPU_BLOB_FLAG_USE_MAPPABLE | VIRTGPU_BLOB_FLAG_USE_SHAREABLE, .size = 0x123456789000 }",
                        ResourceCreateBlob.guest(ARENA, 0x123456789000L), ResourceCreateBlob.SIZE),
                filled("struct drm_virtgpu_resource_create_blob s = { .blob_mem = VIRTGPU_BLOB_MEM_HOST3D, .blob_flags ="
                        + " VIRTGPU_BLOB_FLAG_USE_MAPPABLE | VIRTGPU_BLOB_FLAG_USE_SHAREABLE, .size = 4096, .cmd_size = 48,"
                        + " .cmd = 0x1122334455667788, .blob_id = 9 }",
                        ResourceCreateBlob.host(ARENA, 4096, MappedMemory.borrow(0x1122334455667788L, 48), 9),
                        ResourceCreateBlob.SIZE),
                filled("struct drm_virtgpu_resource_info s = { .bo_handle = 7 }", ResourceInfo.fill(ARENA, 7), ResourceInfo.SIZE),
                filled("struct drm_virtgpu_map s = { .handle = 7 }", Map.fill(ARENA, 7), Map.SIZE),
                filled("struct drm_virtgpu_3d_wait s = { .handle = 7 }", Wait.fill(ARENA, 7), Wait.SIZE),
                filled("struct drm_virtgpu_3d_transfer_to_host s = { .bo_handle = 7, .box = { .w = 1024, .h = 5, .d = 1 } }",
                        Transfer.fill(ARENA, 7, 1024, 5), Transfer.SIZE));
    }

    private static Arguments filled(String c, MemorySegment ours, int size) {
        return Arguments.of(c, ours, size);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("filledStructs")
    void structIsFilledAsInC(String declaration, MemorySegment ours, int size) throws Exception {
        assertEquals(size, ours.byteSize());
        header.assertFilledAsInC(declaration, ours);
    }

    @Test
    void pointersPointBehindTheirStructs() throws Exception {
        header.size("drm_virtgpu_getparam", 16);
        header.field("drm_virtgpu_getparam", "value", 8);
        header.size("drm_virtgpu_context_init", 16);
        header.field("drm_virtgpu_context_init", "ctx_set_params", 8);
        header.size("drm_virtgpu_context_set_param", 16);
        header.field("drm_virtgpu_context_set_param", "value", 8);
        header.field("drm_virtgpu_resource_create", "bo_handle", 40);
        header.field("drm_virtgpu_resource_create_blob", "bo_handle", 8);
        header.field("drm_virtgpu_map", "offset", 0);
        header.field("drm_virtgpu_resource_info", "size", 8);
        header.field("drm_virtgpu_resource_info", "blob_mem", 12);
        header.assertAsInC();

        MemorySegment parameter = GetParam.fill(ARENA, 3);
        parameter.set(ValueLayout.JAVA_INT, 16, 77);
        assertEquals(parameter.address() + 16, parameter.get(ValueLayout.JAVA_LONG, 8));
        assertEquals(77, GetParam.value(parameter));
        MemorySegment context = ContextInit.fill(ARENA, 2);
        assertEquals(context.address() + 16, context.get(ValueLayout.JAVA_LONG, 8));
        assertEquals(List.of(1L, 2L), List.of(context.get(ValueLayout.JAVA_LONG, 16), context.get(ValueLayout.JAVA_LONG, 24)));
    }

    /** Word by word as {@code virgl_protocol.h} numbers them; Debian has no package with that header. */
    @Test
    void commandIsThatOfVirglrenderer() {
        assertEquals(
                List.of(48 | 11 << 16, 0, 64, 16, 8192, 1, 1, 1, 0, 0, 6, 5),
                VirglCommand.createBuffer(ARENA, 8192, 5).elements(ValueLayout.JAVA_INT)
                        .map(word -> word.get(ValueLayout.JAVA_INT, 0)).toList());
    }
}
