package dmabuf.tck.exporter;

import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.fd.Errno;
import dmabuf.tck.exporter.WatchedKernel.Call;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Descriptors and mappings: whatever an export opens is the buffer's or is closed when it returns. */
interface LeakChecks {

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void closedBufferLeavesNothingOpen(Workbench bench) {
        bench.export(Workbench.PAGE).close();
        Workbench.assertNothingLeft(
                "export closes all that is not in the ExportedBuffer: use try-with-resources, also for memfds and the node", () -> {
                    for (int i = 0; i < 4; i++) {
                        bench.export(Workbench.PAGE).close();
                    }
                });
    }

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void refusedRequestLeavesNothingOpen(Workbench bench) {
        for (ExportRequest request : List.of(
                bench.request(0),
                bench.request(-1),
                bench.request(Long.MAX_VALUE),
                bench.request(Workbench.PAGE).withOption(bench.properties().exporter() + ".no-such-option", "1"))) {
            Workbench.assertNothingLeft("export(" + request + ") was refused: close on the way out what was opened before", () -> {
                try (Made made = bench.export(request)) {
                    // That it is refused is another test's matter.
                    Assertions.assertNotNull(made);
                } catch (DmaBufException | IllegalArgumentException | ArithmeticException e) {
                    Assertions.assertNotNull(e);
                }
            });
        }
    }

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void exportThatFailsInTheMiddleLeavesNothingOpen(Workbench bench) {
        List<Call> calls = CallFault.calls(bench);
        Assertions.assertFalse(calls.isEmpty(), "the exporter asks the Syscalls service nothing: make every call through it");
        Workbench.assertNothingLeft("one call of the export failed: close on the way out what was opened before, also the dma-buf itself"
                + " where something fails after it", () -> CallFault.everyCallFails(bench, calls, Errno.ENOMEM));
    }
}
