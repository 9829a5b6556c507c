package dmabuf.core;

import static dmabuf.core.FaultBench.KERNEL;
import static dmabuf.core.FaultBench.REQUEST;
import static dmabuf.core.FaultBench.sweep;
import static dmabuf.core.FaultBench.tests;
import static dmabuf.core.Rig.PAGE;

import dmabuf.api.Access;
import dmabuf.api.Attachment;
import dmabuf.api.Caching;
import dmabuf.api.CpuAccess;
import dmabuf.api.Direction;
import dmabuf.api.ExportRequest;
import dmabuf.api.ImporterDevice;
import dmabuf.api.Mapping;
import dmabuf.api.MmapPolicy;
import dmabuf.api.MmapRequest;
import dmabuf.api.Negotiation;
import dmabuf.api.Requirements;
import dmabuf.api.ScatterList;
import dmabuf.fd.Errno;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.tck.fault.Call;
import dmabuf.tck.fault.FaultSweep;
import dmabuf.tck.fault.SyscallKind;
import iosys.IosysMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every operation on buffers, with every errno that each of its system calls can give. */
class FaultSweepTest {

    private static final Call SYNC = Call.ioctl(DmaBufIoctl.SYNC);
    private static final Call GET_SEALS = Call.fcntl(Posix.F_GET_SEALS);
    private static final Call LSEEK = Call.of(SyscallKind.LSEEK);

    /** What the core asks when it takes a buffer over: what answers otherwise is no dma-buf, and its exporter is at fault. */
    private static FaultSweep<FaultBench> adopting(String name, FaultSweep.Operation<FaultBench> operation) {
        return sweep(name, operation)
                .absorbing(SYNC, Errno.EINVAL)
                .translating(SYNC, Errno.EIO, Errno.EIO, Errno.ENOMEM, Errno.ENODEV)
                .translating(LSEEK, Errno.EIO);
    }

    @TestFactory
    Stream<DynamicTest> export() {
        return tests(adopting("export", bench -> bench.source.export(REQUEST).close()));
    }

    @TestFactory
    Stream<DynamicTest> exportByRequirements() {
        Requirements any = Requirements.none().mmap();
        return tests(adopting("export by requirements", bench -> bench.core.export(any, REQUEST).close()));
    }

    @TestFactory
    Stream<DynamicTest> negotiate() {
        Negotiation negotiation = Negotiation.ofSize(PAGE).importer("camera", Requirements.none().mmap());
        FaultSweep<FaultBench> sweep = sweep("negotiate", bench -> bench.core.negotiate(negotiation).buffer().close())
                .absorbing(SYNC, Errno.EINVAL, Errno.EINTR, Errno.EAGAIN);
        // Whatever the only source fails with, there is no source then: the exception lists the reason.
        for (Call call : sweepCalls()) {
            sweep = sweep.translating(call, Errno.ENODEV, FAILURES);
        }
        return tests(sweep);
    }

    private static final Errno[] FAILURES = Stream.of(Errno.values())
            .filter(errno -> errno != Errno.EINTR && errno != Errno.EAGAIN)
            .toArray(Errno[]::new);

    private static Iterable<Call> sweepCalls() {
        return Stream.of(
                Call.of(SyscallKind.MEMFD_CREATE), Call.of(SyscallKind.FTRUNCATE), Call.fcntl(Posix.F_ADD_SEALS),
                Call.of(SyscallKind.OPEN), Call.ioctl(0x40187542L), SYNC, LSEEK).toList();
    }

    @TestFactory
    Stream<DynamicTest> importOfDmaBuf() {
        return tests(sweep("importFd of a dma-buf", bench -> bench.core.importFd(bench.buffer.fd()).close())
                .absorbing(SYNC, Errno.EINVAL)
                .translating(SYNC, Errno.EINVAL, Errno.EIO, Errno.ENOMEM, Errno.ENODEV));
    }

    @TestFactory
    Stream<DynamicTest> importOfMemfd() {
        return tests(sweep("importFd of a memfd",
                        bench -> bench.core.importFd(Memfd.sealed(KERNEL, "test", PAGE), MmapPolicy.mappable(Caching.CACHED)).close())
                .absorbing(SYNC)
                .translating(GET_SEALS, Errno.EINVAL));
    }

    private static void map(FaultBench bench, MmapRequest request) {
        try (Mapping mapping = bench.buffer.mmap(request); CpuAccess access = mapping.cpuAccess(Access.READ)) {
            access.segment();
        }
    }

    @TestFactory
    Stream<DynamicTest> mmapInEachMode() {
        return Stream.of("dma-buf", "wc")
                .flatMap(mode -> Stream.of(MmapRequest.whole(), MmapRequest.whole().confined())
                        .flatMap(request -> tests(sweep("mmap in mode " + mode, bench -> map(bench, request.mode(mode))))));
    }

    @TestFactory
    Stream<DynamicTest> cpuAccess() {
        return Stream.of(Access.values()).flatMap(access -> tests(sweep("cpuAccess " + access, bench -> {
            try (Mapping mapping = bench.buffer.mmap()) {
                mapping.cpuAccess(access).close();
                mapping.cpuAccess(access).close();
            }
        })));
    }

    @TestFactory
    Stream<DynamicTest> vmapAndAccessThroughIt() {
        return tests(sweep("vmap", bench -> {
            IosysMap map = new IosysMap();
            bench.buffer.vmap(map);
            try (CpuAccess access = bench.buffer.cpuAccess(Access.READ_WRITE)) {
                access.segment();
            } finally {
                bench.buffer.vunmap(map);
            }
        }));
    }

    @TestFactory
    Stream<DynamicTest> attachAndMap() {
        return tests(sweep("attach and map", bench -> {
            try (Attachment attachment = bench.buffer.attach(ImporterDevice.named("camera"))) {
                ScatterList list = attachment.map(Direction.BIDIRECTIONAL);
                attachment.unmap(list);
            }
        }));
    }

    @TestFactory
    Stream<DynamicTest> rename() {
        return tests(sweep("rename", bench -> bench.buffer.rename("other")));
    }

    @TestFactory
    Stream<DynamicTest> handOutOfDescriptor() {
        return tests(sweep("fd", bench -> bench.buffer.fd().close()));
    }

    @TestFactory
    Stream<DynamicTest> closeOfLastHandle() {
        ExportRequest plain = ExportRequest.ofSize(PAGE);
        return tests(adopting("retain and close", bench -> {
            var buffer = bench.source.export(plain);
            var second = buffer.retain();
            buffer.close();
            second.close();
        }));
    }
}
