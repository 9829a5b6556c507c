package exporter.hello;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.MmapPolicy;
import dmabuf.api.Placement;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.DeviceNode;
import dmabuf.linux.Ioctl;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Set;

/** Makes buffers of new memory, with a text at the beginning if the option {@code hello.text} gives one. Thread-safe, without state. */
final class HelloExporter implements Exporter {

    private static final String NAME = "hello";
    private static final long LIMIT = 16L << 20;
    private static final long UDMABUF_CREATE = Ioctl.iow('u', 0x42, 24);

    private final Syscalls kernel;
    private final String device;

    HelloExporter(Syscalls kernel, String device) {
        this.kernel = kernel;
        this.device = device;
    }

    ExporterProperties properties() {
        return ExporterProperties.builder(NAME, device, kernel.kind()).caching(Caching.CACHED).mmap(true).maxSize(LIMIT).build();
    }

    @Override
    public ExportedBuffer export(ExportRequest request) {
        String text = check(request);
        long size = MappedMemory.roundUp(request.size());
        try (Fd memfd = Memfd.sealed(kernel, NAME, size); Arena arena = Arena.ofConfined()) {
            SyscallResult.check(kernel.write(memfd.number(), arena.allocateFrom(text)), "write", memfd + ", " + text);
            MmapPolicy policy = MmapPolicy.mappable(Caching.CACHED).withAccess(request.access());
            return ExportedBuffer.builder(create(memfd, size, arena), size, policy).build();
        }
    }

    /** Refuses what cannot be done, before anything is opened; gives the text. */
    private String check(ExportRequest request) {
        if (request.wrapsMemory() || request.placement().orElse(Placement.SYSTEM) != Placement.SYSTEM) {
            throw new DmaBufException(Errno.EOPNOTSUPP, "export", device, "there is new memory of the system, and no other");
        }
        Map<String, String> options = request.options(NAME);
        if (!Set.of("text").containsAll(options.keySet())) {
            throw new DmaBufException(Errno.EINVAL, "export", device + ", options " + options.keySet(), "the options are: hello.text");
        }
        String text = options.getOrDefault("text", "");
        if (request.size() <= text.length() * 3L || request.size() > LIMIT) {
            throw new DmaBufException(Errno.EINVAL, "export", device + ", size " + request.size(),
                    "a buffer has room for the text, and at most " + LIMIT + " bytes");
        }
        return text;
    }

    /** Fills {@code struct udmabuf_create { __u32 memfd; __u32 flags; __u64 offset; __u64 size; }} and has a dma-buf made of the memfd. */
    private Fd create(Fd memfd, long size, Arena arena) {
        MemorySegment struct = arena.allocate(24, 8);
        struct.set(JAVA_INT, 0, memfd.number());
        struct.set(JAVA_INT, 4, 1); // UDMABUF_FLAGS_CLOEXEC
        struct.set(JAVA_LONG, 16, size);
        try (Fd node = DeviceNode.open(kernel, device, Posix.O_RDWR, "load the driver with: sudo modprobe udmabuf")) {
            int result = Ioctl.restarting(kernel, node.number(), UDMABUF_CREATE, struct);
            return Fd.adopt(SyscallResult.check(result, "UDMABUF_CREATE", memfd + ", size " + size), kernel);
        }
    }
}
