package exporter.udmabuf;

import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.MemoryRange;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.DeviceNode;
import dmabuf.linux.Ioctl;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.PlainRequest;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import exporter.udmabuf.uapi.Udmabuf;
import exporter.udmabuf.uapi.UdmabufCreate;
import exporter.udmabuf.uapi.UdmabufCreateList;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * Makes dma-bufs of memfds through one udmabuf node. Thread-safe, and without state: the node is opened for each export, so that a call
 * still under way when the bundle stops holds nothing that could be closed under it, and so that new permissions count at once.
 *
 * <p>The kernel pins the pages for as long as the dma-buf lives; nothing of this class is needed for that.
 */
final class UdmabufExporter implements Exporter {

    /** The name under which importers find this driver. */
    static final String NAME = "udmabuf";

    private final Syscalls kernel;
    private final String device;
    private final IntSupplier allowedMebibytes;

    /** @param allowedMebibytes asked for each export: the largest buffer that the configuration allows, 0 for whatever the driver does */
    UdmabufExporter(Syscalls kernel, String device, IntSupplier allowedMebibytes) {
        this.kernel = kernel;
        this.device = device;
        this.allowedMebibytes = allowedMebibytes;
    }

    /** Read from sysfs, which takes longer than an export: asked for where an export is refused, or may have to be. */
    private UdmabufLimits limits() {
        return UdmabufLimits.of(kernel.devices(), allowedMebibytes.getAsInt());
    }

    private boolean exceedsConfiguration(long size) {
        int mebibytes = allowedMebibytes.getAsInt();
        return mebibytes > 0 && size > (long) mebibytes << 20;
    }

    /** The properties of the service. Mappings have the kernel's default protection, which is write-back cached. */
    ExporterProperties properties() {
        return ExporterProperties.builder(NAME, device, kernel.kind())
                .caching(Caching.CACHED)
                .mmap(true)
                .needsSync(true)
                .maxSize(limits().sizeBytes())
                .wrap(true)
                .build();
    }

    @Override
    public ExportedBuffer export(ExportRequest request) {
        PlainRequest.check(request, NAME, request.wrapsMemory() ? "UDMABUF_CREATE_LIST" : "UDMABUF_CREATE", device);
        if (!request.segments().isEmpty()) {
            try (MemfdRanges found = MemfdRanges.of(request.segments(), kernel)) {
                return wrap(found.ranges(), request);
            }
        }
        return request.ranges().isEmpty() ? allocate(request) : wrap(request.ranges(), request);
    }

    private ExportedBuffer allocate(ExportRequest request) {
        long size = MappedMemory.roundUp(request.size());
        if (exceedsConfiguration(size) || size > UdmabufLimits.DEFAULT_SIZE && size > limits().sizeBytes()) {
            // Refused before the memfd is made: the file system may not even have room for such a file.
            throw refusal(Errno.EINVAL, "UDMABUF_CREATE", "size " + request.size(), List.of(), size);
        }
        try (Fd memfd = Memfd.sealed(kernel, "dmabuf:" + request.name(), size);
                Fd node = open();
                Arena arena = Arena.ofConfined()) {
            int result = Ioctl.restarting(
                    kernel, node.number(), Udmabuf.CREATE, UdmabufCreate.fill(arena, memfd.number(), 0, size));
            if (result < 0) {
                throw refusal(Errno.ofResult(result), "UDMABUF_CREATE", memfd + ", offset 0, size " + size, List.of(), size);
            }
            return describe(result, size, request);
        }
    }

    private ExportedBuffer wrap(List<MemoryRange> ranges, ExportRequest request) {
        String subject = ranges.size() + " ranges, " + request.size() + " bytes";
        if (exceedsConfiguration(request.size())) {
            throw refusal(Errno.EINVAL, "UDMABUF_CREATE_LIST", subject, ranges, request.size());
        }
        try (Fd node = open();
                Arena arena = Arena.ofConfined()) {
            int result = Ioctl.restarting(
                    kernel, node.number(), Udmabuf.CREATE_LIST, UdmabufCreateList.fill(arena, ranges));
            if (result < 0) {
                throw refusal(Errno.ofResult(result), "UDMABUF_CREATE_LIST", subject, ranges, request.size());
            }
            return describe(result, request.size(), request);
        }
    }

    private Fd open() {
        return DeviceNode.open(kernel, device, Posix.O_RDWR, "the driver is not loaded; load it with: sudo modprobe udmabuf");
    }

    private ExportedBuffer describe(int number, long size, ExportRequest request) {
        MmapPolicy policy = MmapPolicy.mappable(Caching.CACHED).withAccess(request.access());
        return ExportedBuffer.builder(Fd.adopt(number, kernel), size, policy).build();
    }

    private DmaBufException refusal(Errno errno, String operation, String subject, List<MemoryRange> ranges, long size) {
        String hint = RefusalHint.of(errno, ranges, size, limits());
        return new DmaBufException(errno, operation, subject, hint);
    }
}
