package dmabuf.core;

import static dmabuf.core.FaultBench.KERNEL;
import static dmabuf.core.FaultBench.REQUEST;
import static dmabuf.core.FaultBench.SIMULATED;
import static dmabuf.core.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.api.Access;
import dmabuf.api.Attachment;
import dmabuf.api.Caching;
import dmabuf.api.CpuAccess;
import dmabuf.api.Direction;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ImporterDevice;
import dmabuf.api.Mapping;
import dmabuf.api.MmapPolicy;
import dmabuf.api.MmapRequest;
import dmabuf.api.Negotiation;
import dmabuf.api.Requirements;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.DescriptorLimit;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Memfd;
import dmabuf.linux.ProcessResources;
import dmabuf.tck.fault.FaultSweep;
import iosys.IosysMap;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that has no descriptor left, or no room for a mapping: every operation says so, and works again afterwards. */
@Timeout(60)
class ExhaustionTest {

    private static final String WORKS = "works";
    private static final String NO_DESCRIPTOR = Errno.EMFILE.name();
    /** More than the address space of any machine that this runs on. A file may be that large, since it has no pages. */
    private static final long TOO_LARGE = 1L << 60;

    private final ProcessResources before = ProcessResources.now();

    /** What is tried, and how it ends when there is no descriptor left. */
    private record Attempt(String operation, String ending, FaultSweep.Operation<FaultBench> action) {

        String on(FaultBench bench) {
            try {
                action.on(bench);
                return WORKS;
            } catch (DmaBufException e) {
                return e.errno().name();
            } catch (Exception e) {
                return e.toString();
            }
        }
    }

    /** @param descriptors of a dma-buf, one for each time that the last attempt is made: it takes what it is given */
    private static List<Attempt> attempts(Deque<Fd> descriptors) {
        Negotiation negotiation = Negotiation.ofSize(PAGE).importer("camera", Requirements.none());
        return List.of(
                new Attempt("export", NO_DESCRIPTOR, bench -> bench.source.export(REQUEST).close()),
                new Attempt("export by requirements", NO_DESCRIPTOR,
                        bench -> bench.core.export(Requirements.none(), REQUEST).close()),
                new Attempt("negotiate", "ENODEV", bench -> bench.core.negotiate(negotiation).buffer().close()),
                new Attempt("fd", NO_DESCRIPTOR, bench -> bench.buffer.fd().close()),
                new Attempt("exportFence", NO_DESCRIPTOR, bench -> bench.drawn.exportFence(Access.READ).close()),
                new Attempt("merge", NO_DESCRIPTOR, bench -> bench.pending.merge(bench.pending, "both").close()),
                new Attempt("fd of a fence", NO_DESCRIPTOR, bench -> bench.pending.fd().close()),
                new Attempt("await", WORKS, bench -> bench.pending.await(Duration.ofMillis(1))),
                new Attempt("awaitReady", WORKS, bench -> bench.drawn.awaitReady(Access.READ, Duration.ofMillis(1))),
                new Attempt("importFence", WORKS, bench -> bench.drawn.importFence(bench.pending, Access.WRITE)),
                new Attempt("retain", WORKS, bench -> bench.buffer.retain().close()),
                new Attempt("rename", WORKS, bench -> bench.buffer.rename("other")),
                new Attempt("mmap", WORKS, bench -> map(bench, "dma-buf")),
                new Attempt("mmap through the node", WORKS, bench -> map(bench, "wc")),
                new Attempt("vmap", WORKS, bench -> {
                    IosysMap map = new IosysMap();
                    bench.buffer.vmap(map);
                    bench.buffer.vunmap(map);
                }),
                new Attempt("attach", WORKS, bench -> {
                    try (Attachment attachment = bench.buffer.attach(ImporterDevice.named("camera"))) {
                        attachment.unmap(attachment.map(Direction.BIDIRECTIONAL));
                    }
                }),
                // The last one, since there is a descriptor again after it.
                new Attempt("importFd", WORKS, bench -> bench.core.importFd(descriptors.pop()).close()));
    }

    private static void map(FaultBench bench, String mode) {
        try (Mapping mapping = bench.buffer.mmap(MmapRequest.whole().mode(mode)); CpuAccess access = mapping.cpuAccess(Access.READ)) {
            access.segment();
        }
    }

    @Test
    void everyOperationSaysThatNoDescriptorIsLeftAndWorksAgainAfterwards() throws Exception {
        Deque<Fd> descriptors = new ArrayDeque<>();
        List<Attempt> attempts = attempts(descriptors);
        Map<String, String> endings = new LinkedHashMap<>();
        try (FaultBench bench = new FaultBench(); Fd any = Memfd.sealed(SIMULATED, "test", PAGE)) {
            // To rehearse twice, with no other left, and afterwards.
            for (int i = 0; i < 4; i++) {
                descriptors.push(bench.buffer.fd());
            }
            rehearse(attempts, bench);
            DescriptorLimit.whileLow(() -> {
                List<Integer> all = new ArrayList<>();
                int copy = SIMULATED.dup(any.number());
                for (; copy >= 0; copy = SIMULATED.dup(any.number())) {
                    all.add(copy);
                }
                for (Attempt attempt : attempts) {
                    endings.put(attempt.operation, attempt.on(bench));
                }
                all.forEach(SIMULATED::close);
            });
            for (Attempt attempt : attempts) {
                assertEquals(attempt.ending, endings.get(attempt.operation), attempt.operation);
                assertEquals(WORKS, attempt.on(bench), attempt.operation + ", afterwards");
            }
        }
        Rig.await("everything is closed", () -> ProcessResources.now().since(before).isNothing());
    }

    /** What has not been loaded before cannot be loaded without a descriptor: so everything is done once, and fails once. */
    private static void rehearse(List<Attempt> attempts, FaultBench bench) {
        for (Attempt attempt : attempts) {
            assertEquals(WORKS, attempt.on(bench), attempt.operation);
            KERNEL.at(1).onwards().fails(Errno.EMFILE);
            attempt.on(bench);
            KERNEL.heal();
        }
    }

    @Test
    void mappingForWhichThereIsNoRoomIsEnomemAndSmallerOnesWork() {
        LinuxSyscalls linux = new LinuxSyscalls();
        try (CoreDmaBufs core = new CoreDmaBufs();
                DmaBuf huge = core.importFd(Memfd.sealed(linux, "huge", TOO_LARGE), MmapPolicy.mappable(Caching.CACHED))) {
            Rig.assertErrno(Errno.ENOMEM, huge::mmap);
            Rig.assertErrno(Errno.ENOMEM, () -> huge.vmap(new IosysMap()));
            huge.mmap(MmapRequest.whole().range(TOO_LARGE - PAGE, PAGE)).close();
        }
        assertEquals(before, ProcessResources.now());
    }
}
