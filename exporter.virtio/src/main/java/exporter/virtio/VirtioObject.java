package exporter.virtio;

import dmabuf.api.Access;
import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.drm.DrmDevice;
import exporter.virtio.uapi.ContextInit;
import exporter.virtio.uapi.Map;
import exporter.virtio.uapi.ResourceCreate;
import exporter.virtio.uapi.ResourceCreateBlob;
import exporter.virtio.uapi.ResourceInfo;
import exporter.virtio.uapi.Transfer;
import exporter.virtio.uapi.VirglCommand;
import exporter.virtio.uapi.Wait;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The one object of a client. Its handle is never closed by itself: it goes with the client, so that it can neither leak nor be closed
 * twice.
 */
final class VirtioObject {

    /** The first and only blob of its context. */
    private static final int BLOB_ID = 1;
    private static final int BYTES_PER_PIXEL = 4;
    /** A picture has lines of one page. */
    private static final int WIDTH = (int) (MappedMemory.PAGE_SIZE / BYTES_PER_PIXEL);

    private final DrmDevice client;
    private final String node;
    private final Arena arena;
    private final long size;
    private int handle;

    private VirtioObject(DrmDevice client, String node, Arena arena, long size) {
        this.client = client;
        this.node = node;
        this.arena = arena;
        this.size = size;
    }

    /**
     * Makes an object, and sees to it that it is what was asked for; structs live in the arena.
     *
     * @param size in bytes, whole pages, within what the kind can have
     */
    static VirtioObject create(DrmDevice client, String node, Arena arena, BlobKind kind, long size, Traits traits) {
        VirtioObject object = new VirtioObject(client, node, arena, size);
        switch (kind) {
            case GUEST -> object.createGuestBlob();
            case HOST3D -> object.createHostBlob(traits.virglCapset().orElseThrow());
            case NONE -> object.createResource(traits.has3d());
        }
        object.verify(kind);
        return object;
    }

    private void createGuestBlob() {
        MemorySegment struct = ResourceCreateBlob.guest(arena, size);
        create(ResourceCreateBlob.CREATE_BLOB, struct, "DRM_IOCTL_VIRTGPU_RESOURCE_CREATE_BLOB, memory of the guest");
        handle = ResourceCreateBlob.handle(struct);
    }

    /** As Mesa does it: the command that makes the buffer goes along with the request that makes it a blob. */
    private void createHostBlob(int capset) {
        if (capset != 0) {
            create(ContextInit.CONTEXT_INIT, ContextInit.fill(arena, capset), "DRM_IOCTL_VIRTGPU_CONTEXT_INIT");
        }
        MemorySegment command = VirglCommand.createBuffer(arena, (int) size, BLOB_ID);
        MemorySegment struct = ResourceCreateBlob.host(arena, size, command, BLOB_ID);
        create(ResourceCreateBlob.CREATE_BLOB, struct, "DRM_IOCTL_VIRTGPU_RESOURCE_CREATE_BLOB, memory of the host");
        handle = ResourceCreateBlob.handle(struct);
    }

    /** The host has a copy of its own, which begins like the guest's: transferred, and waited for. */
    private void createResource(boolean has3d) {
        int lines = (int) (size / MappedMemory.PAGE_SIZE);
        MemorySegment struct = has3d
                ? ResourceCreate.buffer(arena, (int) size)
                : ResourceCreate.picture(arena, WIDTH, lines, (int) size);
        create(ResourceCreate.CREATE, struct, "DRM_IOCTL_VIRTGPU_RESOURCE_CREATE");
        handle = ResourceCreate.handle(struct);
        MemorySegment whole = has3d ? Transfer.fill(arena, handle, (int) size, 1) : Transfer.fill(arena, handle, WIDTH, lines);
        call(Transfer.TO_HOST, whole, "DRM_IOCTL_VIRTGPU_TRANSFER_TO_HOST");
        call(Wait.WAIT, Wait.fill(arena, handle), "DRM_IOCTL_VIRTGPU_WAIT");
    }

    private void verify(BlobKind kind) {
        MemorySegment info = ResourceInfo.fill(arena, handle);
        call(ResourceInfo.INFO, info, "DRM_IOCTL_VIRTGPU_RESOURCE_INFO");
        int memory = switch (kind) {
            case GUEST -> ResourceCreateBlob.MEM_GUEST;
            case HOST3D -> ResourceCreateBlob.MEM_HOST3D;
            case NONE -> 0;
        };
        if (ResourceInfo.bytes(info) != (int) size || ResourceInfo.blobMemory(info) != memory) {
            throw new DmaBufException(
                    Errno.EIO, "DRM_IOCTL_VIRTGPU_RESOURCE_INFO", subject(),
                    "the driver has made something else: " + Integer.toUnsignedString(ResourceInfo.bytes(info)) + " bytes, blob memory "
                            + ResourceInfo.blobMemory(info) + " instead of " + memory);
        }
    }

    /** Where the node shows it, for as long as the client is open. */
    long offset() {
        MemorySegment map = Map.fill(arena, handle);
        call(Map.MAP, map, "DRM_IOCTL_VIRTGPU_MAP");
        return Map.offset(map);
    }

    /** Exports it. The dma-buf keeps the memory from then on. */
    Fd export(Access access) {
        try {
            return client.exportHandle(handle, access);
        } catch (DmaBufException e) {
            throw refusal(e.errno(), e.operation(), subject());
        }
    }

    private void create(long request, MemorySegment struct, String operation) {
        check(client.ioctl(request, struct), operation, node + ", size " + size);
    }

    private void call(long request, MemorySegment struct, String operation) {
        check(client.ioctl(request, struct), operation, subject());
    }

    private String subject() {
        return node + ", handle " + handle + ", size " + size;
    }

    private static void check(int result, String operation, String subject) {
        if (result < 0) {
            throw refusal(Errno.ofResult(result), operation, subject);
        }
    }

    private static DmaBufException refusal(Errno errno, String operation, String subject) {
        String hint =
                switch (errno) {
                    case ENODEV -> "the device has gone";
                    case ENOMEM -> "there is no memory for it";
                    case ENOSPC -> "there is no room for it: among the offsets of the device, or in its window to the host's memory";
                    case EBUSY -> "the host has not answered for 15 seconds";
                    case EMFILE -> "this process has no file descriptor left; raise the limit with: ulimit -n";
                    default -> null;
                };
        return new DmaBufException(errno, operation, subject, hint);
    }
}
