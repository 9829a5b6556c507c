package dmabuf.guest;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Mapping;
import dmabuf.api.MmapPolicy;
import dmabuf.core.CoreDmaBufs;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;
import dmabuf.spi.ExportedBuffer;
import exporter.udmabuf.uapi.Udmabuf;
import exporter.udmabuf.uapi.UdmabufCreate;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Runs inside the guest: makes real udmabufs and prints what the kernel answers, one line a case, {@code name = answer}. Its argument is a
 * folder to leave a file in.
 */
final class RealKernelProbe {

    /** Begins the names of what fences answer. */
    static final String FENCE = "fence: ";

    /** How many accesses the kernel is to count the calls of. */
    static final int ACCESSES = 2000;

    private static final long SIZE = 1 << 20;
    private static final long MARK = 0x1122334455667788L;

    private final Syscalls kernel = new LinuxSyscalls();
    private final Arena arena;
    private final int node;

    private RealKernelProbe(Arena arena) {
        this.arena = arena;
        this.node = kernel.open("/dev/udmabuf", Posix.O_RDWR);
    }

    public static void main(String[] arguments) throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            RealKernelProbe probe = new RealKernelProbe(arena);
            say("open", probe.node < 0 ? answer(probe.node) : "ok");
            probe.listDevices();
            probe.createAndSync();
            probe.refusals();
            probe.throughCore();
            new VfioProbe(probe.kernel, arena).run().forEach(RealKernelProbe::say);
            FenceProbe.ask(probe.kernel).forEach((name, answer) -> say(FENCE + name, answer));
        }
        Files.writeString(Path.of(arguments[0], "TEST-probe.xml"), "<testsuite tests=\"1\"/>\n");
    }

    private void listDevices() {
        say("heaps", kernel.devices().list("/dev/dma_heap"));
        say("drm", kernel.devices().list("/dev/dri"));
        say("video", kernel.devices().exists("/dev/video0"));
        say("vfio", kernel.devices().list("/dev/vfio"));
        say("kvm", kernel.devices().exists("/dev/kvm"));
    }

    private void createAndSync() {
        try (Fd memfd = Memfd.sealed(kernel, "probe", SIZE);
                Fd buffer = Fd.adopt(create(memfd.number(), 0, SIZE), kernel)) {
            say("size", kernel.lseek(buffer.number(), 0, Posix.SEEK_END));
            MemorySegment through = MappedMemory.map(kernel, buffer.number(), 0, SIZE, true, arena);
            MemorySegment behind = MappedMemory.map(kernel, memfd.number(), 0, SIZE, true, arena);
            say("sync end before any start", sync(buffer.number(), DmaBufIoctl.SYNC_END | DmaBufIoctl.SYNC_RW));
            say("sync start", sync(buffer.number(), DmaBufIoctl.SYNC_START | DmaBufIoctl.SYNC_RW));
            through.set(JAVA_LONG, SIZE - 8, MARK);
            say("sync end", sync(buffer.number(), DmaBufIoctl.SYNC_END | DmaBufIoctl.SYNC_RW));
            say("alias", Long.toHexString(behind.get(JAVA_LONG, SIZE - 8)));
            say("sync end once more", sync(buffer.number(), DmaBufIoctl.SYNC_END | DmaBufIoctl.SYNC_RW));
            say("sync 0", sync(buffer.number(), 0));
            say("sync on memfd", sync(memfd.number(), DmaBufIoctl.SYNC_RW));
            MemorySegment name = arena.allocateFrom("probe");
            say("set name", answer(kernel.ioctl(buffer.number(), DmaBufIoctl.SET_NAME_B, name)));
            say("ftruncate", answer(kernel.ftruncate(buffer.number(), 0)));
            say("seal write", answer(kernel.fcntl(memfd.number(), Posix.F_ADD_SEALS, Posix.F_SEAL_WRITE)));
        }
    }

    private void refusals() {
        try (Fd sealed = Memfd.sealed(kernel, "probe", SIZE);
                Fd unsealed = Memfd.unsealed(kernel, "probe", SIZE)) {
            say("create unaligned", answer(create(sealed.number(), 0, SIZE - 1)));
            say("create past the end", answer(create(sealed.number(), 4096, SIZE)));
            say("create unsealed", answer(create(unsealed.number(), 0, SIZE)));
            say("create of -1", answer(create(-1, 0, SIZE)));
        }
    }

    private void throughCore() throws Exception {
        ExporterProperties properties = ExporterProperties.builder("probe", "/dev/udmabuf", kernel.kind()).caching(Caching.CACHED).build();
        try (CoreDmaBufs core = new CoreDmaBufs();
                var registration = core.add(this::export, properties, 0);
                DmaBuf buffer = registration.source().export(ExportRequest.ofSize(SIZE).withName("through core"))) {
            try (Mapping mapping = buffer.mmap()) {
                try (CpuAccess access = mapping.cpuAccess(Access.WRITE)) {
                    access.segment().set(JAVA_BYTE, 0, (byte) 42);
                }
                try (CpuAccess access = mapping.cpuAccess(Access.READ)) {
                    say("core", buffer.name() + " " + buffer.size() + " " + access.segment().get(JAVA_BYTE, 0));
                }
                countCalls(mapping);
            }
            say("census", core.census().size());
        }
    }

    /** What the kernel sees of an access; beside it, a thread calls now and then for the JVM. */
    private static void countCalls(Mapping mapping) throws Exception {
        Map<String, Long> calls = SystemCallCount.of(() -> {
            for (int i = 0; i < ACCESSES; i++) {
                mapping.cpuAccess(Access.READ_WRITE).close();
            }
        });
        say("ioctls of " + ACCESSES + " accesses", calls.remove("ioctl"));
        long others = calls.values().stream().mapToLong(Long::longValue).sum();
        say("other calls of an access", others / ACCESSES);
        System.err.println("calls beside: " + calls);
    }

    private ExportedBuffer export(ExportRequest request) {
        try (Fd memfd = Memfd.sealed(kernel, "probe", request.size())) {
            Fd buffer = Fd.adopt(create(memfd.number(), 0, request.size()), kernel);
            return ExportedBuffer.builder(buffer, request.size(), MmapPolicy.mappable(Caching.CACHED)).build();
        }
    }

    private int create(int memfd, long offset, long size) {
        return kernel.ioctl(node, Udmabuf.CREATE, UdmabufCreate.fill(arena, memfd, offset, size));
    }

    private String sync(int fd, long flags) {
        return answer(kernel.ioctl(fd, DmaBufIoctl.SYNC, arena.allocateFrom(JAVA_LONG, flags)));
    }

    private static String answer(long result) {
        return result < 0 ? Errno.ofResult(result).name() : "ok";
    }

    private static void say(String name, Object answer) {
        System.out.println(name + " = " + answer);
    }
}
