package dmabuf.tck.exporter.wrong;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.MmapPolicy;
import dmabuf.api.Placement;
import dmabuf.api.Subscription;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.DeviceTracker;
import dmabuf.linux.DeviceTracker.Device;
import dmabuf.linux.Ioctl;
import dmabuf.linux.KernelPreference;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Dictionary;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/**
 * An exporter without a flaw, which makes udmabufs of new memory. Its steps are methods, so that each wrong one
 * differs in one of them. It is the activator of its bundle.
 */
public class RightExporter implements BundleActivator, Exporter {

    static final String NAME = "right";
    static final String NODE = "/dev/udmabuf";
    static final long PAGE = MappedMemory.PAGE_SIZE;
    static final long LIMIT = 64L << 20;
    private static final long UDMABUF_CREATE = Ioctl.iow('u', 0x42, 24);

    /** Who answers; set once a device is there. */
    protected Syscalls kernel;
    private DeviceTracker tracker;

    @Override
    public void start(BundleContext context) {
        ServiceReference<Syscalls> reference = context.getServiceReference(Syscalls.class);
        tracker = new DeviceTracker("/dev", NODE::equals, KernelPreference.AUTO, device -> publish(context, device));
        tracker.addKernel(context.getService(reference));
        tracker.start();
    }

    protected Subscription publish(BundleContext context, Device device) {
        kernel = device.kernel();
        ServiceRegistration<Exporter> registration = context.registerService(Exporter.class, this, properties());
        return registration::unregister;
    }

    @Override
    public void stop(BundleContext context) {
        tracker.close();
    }

    protected Dictionary<String, Object> properties() {
        return describe(ExporterProperties.builder(NAME, NODE, kernel.kind())
                        .caching(Caching.CACHED)
                        .mmap(true)
                        .maxSize(LIMIT))
                .build()
                .toDictionary();
    }

    protected ExporterProperties.Builder describe(ExporterProperties.Builder properties) {
        return properties;
    }

    @Override
    public ExportedBuffer export(ExportRequest request) {
        check(request);
        long size = MappedMemory.roundUp(request.size());
        try (Fd memfd = Memfd.sealed(kernel, "right", size)) {
            return export(request, memfd, size);
        }
    }

    protected ExportedBuffer export(ExportRequest request, Fd memfd, long size) {
        return finish(ExportedBuffer.builder(create(memfd, size), size, policy(request)), request, memfd).build();
    }

    protected void check(ExportRequest request) {
        checkMemory(request);
        checkPlacement(request);
        checkOptions(request);
        checkSize(request.size());
    }

    protected void checkMemory(ExportRequest request) {
        if (request.wrapsMemory()) {
            throw refusal(Errno.EOPNOTSUPP, "new memory only");
        }
    }

    protected void checkPlacement(ExportRequest request) {
        if (request.placement().orElse(Placement.SYSTEM) != Placement.SYSTEM) {
            throw refusal(Errno.EOPNOTSUPP, "there is memory of the system");
        }
    }

    protected void checkOptions(ExportRequest request) {
        if (!request.options(NAME).isEmpty()) {
            throw refusal(Errno.EINVAL, "there are no options");
        }
    }

    protected void checkSize(long size) {
        checkLeast(size);
        checkMost(size);
    }

    protected void checkLeast(long size) {
        if (size < 1) {
            throw refusal(Errno.EINVAL, "a buffer has at least one byte");
        }
    }

    protected void checkMost(long size) {
        if (size > LIMIT) {
            throw refusal(Errno.EINVAL, "a buffer has at most " + LIMIT + " bytes");
        }
    }

    protected DmaBufException refusal(Errno errno, String hint) {
        return new DmaBufException(errno, "UDMABUF_CREATE", NODE, hint);
    }

    protected MmapPolicy policy(ExportRequest request) {
        return MmapPolicy.mappable(Caching.CACHED).withAccess(request.access());
    }

    protected ExportedBuffer.Builder finish(ExportedBuffer.Builder buffer, ExportRequest request, Fd memfd) {
        return buffer;
    }

    protected Fd create(Fd memfd, long size) {
        try (Fd node = open(); Arena arena = Arena.ofConfined()) {
            return Fd.adopt(create(node, struct(arena, memfd, size)), kernel);
        }
    }

    /** {@code struct udmabuf_create { __u32 memfd; __u32 flags; __u64 offset; __u64 size; }}. */
    protected MemorySegment struct(Arena arena, Fd memfd, long size) {
        MemorySegment struct = arena.allocate(24, 8);
        struct.set(JAVA_INT, 0, memfd.number());
        struct.set(JAVA_INT, 4, 1);
        struct.set(JAVA_LONG, 16, size);
        return struct;
    }

    protected Fd open() {
        return Fd.adopt(SyscallResult.check(kernel.open(NODE, Posix.O_RDWR), "open", NODE), kernel);
    }

    protected int create(Fd node, MemorySegment struct) {
        return SyscallResult.check(Ioctl.restarting(kernel, node.number(), UDMABUF_CREATE, struct), "UDMABUF_CREATE", NODE);
    }

    /** Asks once, and gives what comes. */
    protected int ask(Fd node, MemorySegment struct) {
        return kernel.ioctl(node.number(), UDMABUF_CREATE, struct);
    }

    /** For buffers of other access. */
    protected static MmapPolicy readWrite(Caching caching) {
        return MmapPolicy.mappable(caching).withAccess(Access.READ_WRITE);
    }
}
