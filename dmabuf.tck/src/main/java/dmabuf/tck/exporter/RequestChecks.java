package dmabuf.tck.exporter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.MemoryRange;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a request may ask for besides a size: existing memory, and options of drivers. */
interface RequestChecks {

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void existingMemoryIsSharedOrRefusedAsThePropertiesSay(Workbench bench) {
        long size = 2 * Workbench.PAGE;
        try (Fd memfd = Memfd.sealed(bench.kernel(), "tck", size)) {
            ExportRequest request = ExportRequest.ofRanges(List.of(new MemoryRange(memfd, 0, size)));
            if (bench.properties().wrap()) {
                assertShared(bench, request, memfd);
            } else {
                String advice = "refuse existing memory (ExportRequest.wrapsMemory) with EOPNOTSUPP, before the size is looked at";
                DmaBufException refusal = bench.refused(request, advice);
                assertEquals(Errno.EOPNOTSUPP, refusal.errno(), () -> refusal.getMessage() + ". " + advice);
            }
        }
    }

    private static void assertShared(Workbench bench, ExportRequest request, Fd memfd) {
        try (Made made = bench.export(request); Arena arena = Arena.ofConfined()) {
            assertEquals(request.size(), made.size(), "a buffer of existing memory is as large as that");
            made.write(MappedMemory.map(bench.kernel(), memfd.number(), 0, request.size(), true, arena), 9);
            MemorySegment memory = made.map(made.buffer().modes().getFirst(), false, arena);
            assertEquals(-1, made.mismatch(memory, 0, 9), () -> "what is written into the memfd is not to be seen in the buffer that was"
                    + " made of it: share its pages and do not copy them, or do not declare " + ExporterProperties.WRAP);
        }
    }

    @Test
    default void optionOfItsOwnThatDoesNotExistIsRefusedAsInvalid(Workbench bench) {
        String option = bench.properties().exporter() + ".no-such-option";
        String advice = "refuse options that begin with the exporter's name and are none of its own with EINVAL, and name those that"
                + " there are; ExportRequest.options(name) lists them";
        DmaBufException refusal = bench.refused(bench.request(Workbench.PAGE).withOption(option, "1"), advice);
        assertEquals(Errno.EINVAL, refusal.errno(), () -> refusal.getMessage() + ". " + advice);
    }

    @Test
    default void optionsOfOtherExportersAreIgnored(Workbench bench) {
        try {
            bench.export(bench.request(Workbench.PAGE).withOption("somebody-else.option", "1")).close();
        } catch (DmaBufException e) {
            throw new AssertionError(e.getMessage() + ". A request may carry options for several drivers: look only at those that begin"
                    + " with the exporter's own name", e);
        }
    }

    @Test
    default void refusalNamesWhatWasTriedOnWhat(Workbench bench) {
        DmaBufException refusal = bench.anyRefusal();
        assertTrue(!String.valueOf(refusal.operation()).isBlank() && !String.valueOf(refusal.subject()).isBlank(), () -> "\""
                + refusal.getMessage() + "\" does not say what was tried on what: new DmaBufException(errno, operation, subject, hint)"
                + " wants the kernel's name of the request, and the device or the size");
    }
}
