package exporter.heap;

import dmabuf.api.Access;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.DeviceNode;
import dmabuf.linux.Ioctl;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.PlainRequest;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import exporter.heap.uapi.DmaHeapAllocation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Allocates dma-bufs from one heap. Thread-safe, and without state: the node is opened for each export. */
final class HeapExporter implements Exporter {

    /** The name under which importers find this driver; the device tells the heaps apart. */
    static final String NAME = "heap";

    private final Syscalls kernel;
    private final String device;
    private final HeapPolicy policy;

    HeapExporter(Syscalls kernel, String device) {
        this.kernel = kernel;
        this.device = device;
        policy = HeapPolicy.ofName(device.substring(device.lastIndexOf('/') + 1));
    }

    ExporterProperties properties() {
        return ExporterProperties.builder(NAME, device, kernel.kind())
                .caching(policy.caching())
                .mmap(true)
                .needsSync(true)
                .contiguous(policy.contiguous())
                .build();
    }

    @Override
    public ExportedBuffer export(ExportRequest request) {
        if (request.wrapsMemory()) {
            throw new DmaBufException(
                    Errno.EOPNOTSUPP, "DMA_HEAP_IOCTL_ALLOC", device, "a heap allocates; udmabuf makes a buffer of existing memory");
        }
        PlainRequest.check(request, NAME, "DMA_HEAP_IOCTL_ALLOC", device);
        if (request.size() < 1) {
            // The kernel counts without a sign, and would look for room for 16 EiB.
            throw refusal(Errno.EINVAL, request.size());
        }
        long most = MachineMemory.of(kernel.devices());
        if (request.size() > most) {
            throw new DmaBufException(Errno.ENOMEM, "DMA_HEAP_IOCTL_ALLOC", device + ", size " + request.size(),
                    "this machine has " + most + " bytes of memory");
        }
        // The fd's own access mode is the buffer's: O_RDONLY makes one that nobody can map for writing.
        int mode = request.access() == Access.READ ? Posix.O_RDONLY : Posix.O_RDWR;
        try (Fd node = DeviceNode.open(kernel, device, Posix.O_RDONLY, "the heap is not there any more");
                Arena arena = Arena.ofConfined()) {
            MemorySegment allocation = DmaHeapAllocation.fill(arena, request.size(), mode | Posix.O_CLOEXEC);
            int result = Ioctl.restarting(kernel, node.number(), DmaHeapAllocation.ALLOC, allocation);
            if (result < 0) {
                throw refusal(Errno.ofResult(result), request.size());
            }
            return ExportedBuffer.builder(
                            Fd.adopt(DmaHeapAllocation.fd(allocation), kernel),
                            MappedMemory.roundUp(request.size()),
                            MmapPolicy.mappable(policy.caching()).withAccess(request.access()))
                    .build();
        }
    }

    private DmaBufException refusal(Errno errno, long size) {
        String hint =
                switch (errno) {
                    case EINVAL -> size < 1 ? "a buffer has at least one byte" : null;
                    case ENODEV -> "the heap is not there any more";
                    case ENOMEM -> "the heap has no room for it" + (policy.contiguous() ? " in one piece" : "");
                    default -> null;
                };
        return new DmaBufException(errno, "DMA_HEAP_IOCTL_ALLOC", device + ", size " + size, hint);
    }
}
