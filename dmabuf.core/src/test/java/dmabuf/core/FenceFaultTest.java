package dmabuf.core;

import static dmabuf.core.FaultBench.sweep;
import static dmabuf.core.FaultBench.tests;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dmabuf.api.Access;
import dmabuf.api.Fence;
import dmabuf.fd.Errno;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.SyncFileIoctl;
import dmabuf.tck.fault.Call;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every operation on fences, with every errno that each of its system calls can give. */
class FenceFaultTest {

    private static final Duration MOMENT = Duration.ofMillis(1);

    @TestFactory
    Stream<DynamicTest> export() {
        return tests(sweep("exportFence", bench -> bench.drawn.exportFence(Access.READ).close()));
    }

    @TestFactory
    Stream<DynamicTest> importOfFence() {
        return tests(sweep("importFence", bench -> bench.buffer.importFence(bench.pending, Access.WRITE)));
    }

    @TestFactory
    Stream<DynamicTest> merge() {
        return tests(sweep("merge", bench -> bench.pending.merge(bench.pending, "both").close()));
    }

    @TestFactory
    Stream<DynamicTest> takeOver() {
        return tests(sweep("fenceOf", bench -> bench.core.fenceOf(bench.pending.fd()).close()));
    }

    @TestFactory
    Stream<DynamicTest> questions() {
        return Stream.of(
                        sweep("status", bench -> bench.pending.status()),
                        sweep("info", bench -> bench.pending.info()),
                        sweep("isSignalled", bench -> bench.pending.isSignalled()),
                        sweep("isReady", bench -> bench.drawn.isReady(Access.READ)),
                        sweep("neededWithin", bench -> bench.pending.neededWithin(MOMENT))
                                .absorbing(Call.ioctl(SyncFileIoctl.SET_DEADLINE), Errno.ENOTTY))
                .flatMap(FaultBench::tests);
    }

    @TestFactory
    Stream<DynamicTest> awaitInVain() {
        return tests(sweep("await", bench -> assertFalse(bench.pending.await(MOMENT))));
    }

    @TestFactory
    Stream<DynamicTest> awaitOfBufferInVain() {
        // Where there is no descriptor left for what there is to wait for, the buffer itself is waited for.
        return tests(sweep("awaitReady", bench -> assertFalse(bench.drawn.awaitReady(Access.READ, MOMENT)))
                .absorbing(Call.ioctl(DmaBufIoctl.EXPORT_SYNC_FILE)));
    }

    @TestFactory
    Stream<DynamicTest> stage() {
        return tests(sweep("whenSignalled", bench -> {
            try (Fence own = bench.drawn.exportFence(Access.READ)) {
                own.whenSignalled();
            }
        }));
    }
}
