package dmabuf.sim;

/**
 * How the host wants a blob of its own to be mapped: {@code map_info} of {@code VIRTIO_GPU_RESP_OK_MAP_INFO}, and what
 * {@code virtio_gpu_vram_mmap} makes of it. No ioctl tells a program which one it is.
 */
enum HostMapInfo {
    /** The host says nothing, and the driver leaves the mapping as it is. */
    NONE("write-back"),
    CACHED("write-back"),
    UNCACHED("uncached-minus"),
    WC("write-combining");

    private final String memoryType;

    HostMapInfo(String memoryType) {
        this.memoryType = memoryType;
    }

    /** The name of the memory type in the kernel's list, {@code cattr_name}. */
    String memoryType() {
        return memoryType;
    }
}
