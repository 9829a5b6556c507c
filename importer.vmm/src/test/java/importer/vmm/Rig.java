package importer.vmm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.BufferSource;
import dmabuf.api.Caching;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Lifetime;
import dmabuf.api.Mapping;
import dmabuf.api.MemoryRange;
import dmabuf.api.MmapPolicy;
import dmabuf.core.CoreDmaBufs;
import dmabuf.core.ExporterRegistration;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.fd.KernelKind;
import dmabuf.linux.Ioctl;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.linux.ProcessResources;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import dmabuf.sim.SimulatedKernel;
import dmabuf.spi.BufferControl;
import dmabuf.spi.BufferOps;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.MappingPlan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.function.Executable;

/** A core on a simulated kernel, a monitor on a host, one guest, and the proof at the end that nothing was left open. */
final class Rig implements AutoCloseable {

    static final long PAGE = MappedMemory.PAGE_SIZE;
    static final MmapPolicy CACHED = MmapPolicy.mappable(Caching.CACHED);
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private final ProcessResources before = ProcessResources.now();
    final SimulatedKernel simulated = new SimulatedKernel();
    final CoreDmaBufs core = new CoreDmaBufs();
    final Syscalls kernel;
    final Vmm vmm;
    final GuestMemory guest;
    final Host host;
    /** The last exporter's, and its hand on its last buffer. */
    ExporterRegistration registration;
    volatile BufferControl control;

    Rig(Host host, Syscalls kernel, KvmUse use, UnaryOperator<GuestOptions> options) {
        this.host = host;
        this.kernel = kernel;
        vmm = Vmm.on(kernel);
        guest = vmm.create(options.apply(GuestOptions.named("one").kvm(use)));
    }

    static Rig of(Host host) {
        return new Rig(host, host.kernel(), host.use(), options -> options);
    }

    static Rig of(Host host, UnaryOperator<GuestOptions> options) {
        return new Rig(host, host.kernel(), host.use(), options);
    }

    ScriptedKvm scripted() {
        return (ScriptedKvm) kernel;
    }

    Processor processor() {
        return host == Host.REAL_KVM ? new Vcpu(kernel, guest) : scripted().processor(guest);
    }

    private static ExporterProperties properties(String name) {
        return ExporterProperties.builder(name, "/dev/" + name, KernelKind.SIMULATED).caching(Caching.CACHED).mmap(true).wrap(true).build();
    }

    /** A udmabuf exporter of the simulated kernel. */
    BufferSource udmabuf() {
        registration = core.add(
                request -> ExportedBuffer.builder(udmabuf(simulated, request), request.size(), CACHED).build(), properties("udmabuf"), 0);
        return registration.source();
    }

    /** A buffer whose exporter states this policy. */
    DmaBuf buffer(long size, MmapPolicy policy) {
        return export(size, policy, builder -> builder);
    }

    DmaBuf buffer(long size) {
        return buffer(size, CACHED);
    }

    /** A buffer of a further mode besides. */
    DmaBuf buffer(long size, MmapPolicy policy, String mode, MmapPolicy ofMode) {
        return export(size, policy, builder -> builder.mode(mode, ofMode, MappingPlan.of(Memfd.sealed(simulated, "node", size), 0)));
    }

    /** A buffer whose exporter has a hand on it: {@link #control}. */
    DmaBuf leaving(long size) {
        return export(size, CACHED, builder -> builder.lifetime(Lifetime.DEVICE_BOUND).ops(new BufferOps() {
            @Override
            public void exported(BufferControl buffer) {
                control = buffer;
            }
        }));
    }

    DmaBuf export(long size, MmapPolicy policy, UnaryOperator<ExportedBuffer.Builder> more) {
        registration = core.add(
                request -> more.apply(ExportedBuffer.builder(udmabuf(simulated, request), request.size(), policy)).build(),
                properties("device"), 0);
        return registration.source().export(ExportRequest.ofSize(size));
    }

    /** {@code UDMABUF_CREATE_LIST}, of a memfd of its own where no ranges are given. */
    static Fd udmabuf(Syscalls kernel, ExportRequest request) {
        if (request.ranges().isEmpty()) {
            try (Fd memfd = Memfd.sealed(kernel, "test", request.size())) {
                return udmabuf(kernel, List.of(new MemoryRange(memfd, 0, request.size())));
            }
        }
        return udmabuf(kernel, request.ranges());
    }

    private static Fd udmabuf(Syscalls kernel, List<MemoryRange> ranges) {
        try (Fd node = Fd.adopt(SyscallResult.check(kernel.open("/dev/udmabuf", Posix.O_RDWR), "open", "/dev/udmabuf"), kernel);
                Arena arena = Arena.ofConfined()) {
            MemorySegment list = arena.allocate(8 + 24L * ranges.size(), 8);
            list.set(JAVA_INT, 0, 1);
            list.set(JAVA_INT, 4, ranges.size());
            long at = 8;
            for (MemoryRange range : ranges) {
                list.set(JAVA_INT, at, range.file().number());
                list.set(JAVA_LONG, at + 8, range.offset());
                list.set(JAVA_LONG, at + 16, range.length());
                at += 24;
            }
            int made = Ioctl.restarting(kernel, node.number(), Ioctl.iow('u', 0x43, 8), list);
            return Fd.adopt(SyscallResult.check(made, "UDMABUF_CREATE_LIST", ranges.size() + " ranges"), kernel);
        }
    }

    static int peek(DmaBuf buffer, long offset) {
        try (Mapping mapping = buffer.mmap(); CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
            return cpu.segment().get(JAVA_BYTE, offset) & 0xff;
        }
    }

    static void poke(DmaBuf buffer, long offset, int value) {
        try (Mapping mapping = buffer.mmap(); CpuAccess cpu = mapping.cpuAccess(Access.WRITE)) {
            cpu.segment().set(JAVA_BYTE, offset, (byte) value);
        }
    }

    /** Closes, and fails when anything of ours is still open. */
    @Override
    public void close() {
        guest.close();
        assertEquals(List.of(), vmm.guests());
        await("end of what is under way", () -> core.census().isEmpty());
        core.close();
        simulated.close();
        await("nothing left over: " + leftovers(), () -> leftovers().isEmpty());
    }

    String leftovers() {
        ProcessResources more = ProcessResources.now().since(before);
        return more.isNothing() ? "" : more.toString();
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> "waited in vain: " + what);
            LockSupport.parkNanos(1_000_000);
        }
    }

    static DmaBufException assertErrno(Errno errno, Executable action) {
        DmaBufException thrown = assertThrows(DmaBufException.class, action);
        assertEquals(errno, thrown.errno(), thrown.getMessage());
        return thrown;
    }

    static SlotException assertProblem(SlotProblem problem, Executable action) {
        SlotException thrown = assertThrows(SlotException.class, action);
        assertEquals(problem, thrown.problem(), thrown.getMessage());
        assertEquals(problem.errno(), thrown.errno());
        return thrown;
    }
}
