package dmabuf.core;

import dmabuf.api.Access;
import dmabuf.api.Attachment;
import dmabuf.api.BufferClosedException;
import dmabuf.api.BufferId;
import dmabuf.api.BufferState;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.Fence;
import dmabuf.api.ImporterDevice;
import dmabuf.api.ImporterOps;
import dmabuf.api.Mapping;
import dmabuf.api.MappingMode;
import dmabuf.api.MmapInfo;
import dmabuf.api.MmapInfoAbi;
import dmabuf.api.MmapPolicy;
import dmabuf.api.MmapRequest;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Deadline;
import iosys.IosysMap;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** One reference on a buffer. */
final class BufferHandle implements DmaBuf {

    /** What there is to know of it. Ended when it is closed. */
    private final HandleLease lease;

    /** Takes over one use of the body. */
    BufferHandle(BufferBody body) {
        lease = new HandleLease(this, body);
        body.add(lease);
    }

    private BufferBody body() {
        return lease.body();
    }

    /** Makes sure that the buffer stays while an operation runs, also when another thread closes this handle meanwhile. */
    private BufferBody use(String operation) {
        BufferBody body = body();
        try {
            if (!lease.isEnded() && body.acquire()) {
                if (!lease.isEnded()) {
                    return body;
                }
                body.release();
            }
        } finally {
            Reference.reachabilityFence(this); // It is not lost before the use of its own has begun.
        }
        throw new BufferClosedException(operation, body.toString());
    }

    @Override
    public long size() {
        return body().facts().size();
    }

    @Override
    public BufferId id() {
        return body().facts().id();
    }

    @Override
    public String name() {
        return body().name();
    }

    @Override
    public void rename(String name) {
        Objects.requireNonNull(name, "name");
        BufferBody used = use("DMA_BUF_SET_NAME");
        try {
            used.rename(name);
        } finally {
            used.release();
        }
    }

    @Override
    public MmapPolicy policy() {
        return body().facts().policy();
    }

    @Override
    public List<MappingMode> modes() {
        return body().facts().modes().stream().map(OwnedMode::mode).toList();
    }

    @Override
    public MmapInfo mmapInfo() {
        BufferBody used = use("mmapInfo");
        try {
            return used.mmapInfo();
        } finally {
            used.release();
        }
    }

    @Override
    public long mmapInfo(MmapInfoAbi abi, int parameter) {
        Objects.requireNonNull(abi, "abi");
        if (parameter != MmapInfoAbi.PARAMETER) {
            throw new DmaBufException(Errno.EINVAL, "mmapInfo", body() + ", parameter " + parameter);
        }
        return abi.value(mmapInfo().policy()).orElseThrow(
                () -> new DmaBufException(Errno.ENOSYS, "mmapInfo", body().toString(), "nobody knows, or " + abi + " has no value for it"));
    }

    @Override
    public String origin() {
        return body().facts().origin();
    }

    @Override
    public BufferState state() {
        return lease.isEnded() ? BufferState.CLOSED : body().state();
    }

    @Override
    public Mapping mmap() {
        return mmap(MmapRequest.whole().access(policy().access()));
    }

    @Override
    public Mapping mmap(MmapRequest request) {
        Objects.requireNonNull(request, "request");
        BufferBody used = use("mmap");
        try {
            return BufferMapping.map(used, request);
        } finally {
            used.release();
        }
    }

    @Override
    public Attachment attach(ImporterDevice device) {
        return attach(device, null, false);
    }

    @Override
    public Attachment attach(ImporterDevice device, ImporterOps ops) {
        return attach(device, ops, true);
    }

    private Attachment attach(ImporterDevice device, ImporterOps ops, boolean dynamic) {
        BufferBody used = use("attach");
        try {
            return AttachmentHandle.attach(used, device, ops, dynamic);
        } finally {
            used.release();
        }
    }

    @Override
    public void vmap(IosysMap map) {
        if (map == null) {
            throw noMap("vmap");
        }
        map.clear();
        BufferBody used = use("vmap");
        try {
            used.reservation().vmap().vmap(map);
        } finally {
            used.release();
        }
    }

    @Override
    public void vunmap(IosysMap map) {
        if (map == null) {
            throw noMap("vunmap");
        }
        BufferBody used = use("vunmap");
        try {
            used.reservation().vmap().vunmap(map);
        } finally {
            used.release();
        }
    }

    private DmaBufException noMap(String operation) {
        return new DmaBufException(Errno.EINVAL, operation, body().toString(), "there is no map");
    }

    @Override
    public CpuAccess cpuAccess(Access access) {
        Objects.requireNonNull(access, "access");
        BufferBody used = use("cpuAccess");
        try {
            return BufferAccess.begin(used, access);
        } finally {
            used.release();
        }
    }

    @Override
    public Fd fd() {
        BufferBody used = use("dup");
        try {
            return used.duplicate();
        } finally {
            used.release();
        }
    }

    @Override
    public Fence exportFence(Access access) {
        Objects.requireNonNull(access, "access");
        BufferBody used = use("DMA_BUF_IOCTL_EXPORT_SYNC_FILE");
        try {
            return used.fences().export(used, access);
        } finally {
            used.release();
        }
    }

    @Override
    public void importFence(Fence fence, Access access) {
        Objects.requireNonNull(fence, "fence");
        Objects.requireNonNull(access, "access");
        BufferBody used = use("DMA_BUF_IOCTL_IMPORT_SYNC_FILE");
        try {
            used.fences().attach(used, fence, access);
        } finally {
            used.release();
        }
    }

    @Override
    public boolean isReady(Access access) {
        Objects.requireNonNull(access, "access");
        BufferBody used = use("poll");
        try {
            return Fences.isReady(used, access);
        } finally {
            used.release();
        }
    }

    @Override
    public boolean awaitReady(Access access, Duration timeout) throws InterruptedException {
        Objects.requireNonNull(access, "access");
        BufferBody used = use("poll");
        try {
            return used.fences().awaitReady(used, access, Deadline.in(timeout));
        } finally {
            used.release();
        }
    }

    @Override
    public DmaBuf retain() {
        BufferHandle another = use("retain").handle();
        if (lease.isEnded()) {
            // It may have been the last one, which has taken back what was out: so there is no going back.
            another.close();
            throw new BufferClosedException("retain", body().toString());
        }
        return another;
    }

    @Override
    public void close() {
        try {
            if (lease.end()) {
                body().handleClosed(lease);
            }
        } finally {
            Reference.reachabilityFence(this); // It is not lost while it is being closed.
        }
    }

    /** Says name, identity, size, origin and state, for messages. */
    @Override
    public String toString() {
        return body() + ", " + size() + " bytes, " + origin() + ", " + state();
    }
}
