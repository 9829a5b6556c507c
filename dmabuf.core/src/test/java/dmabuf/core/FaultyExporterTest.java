package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.fd.Kernel;
import dmabuf.fd.KernelKind;
import dmabuf.linux.Memfd;
import dmabuf.linux.TestUdmabuf;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import dmabuf.spi.MappingPlan;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FaultyExporterTest {

    private static final ExportRequest REQUEST = ExportRequest.ofSize(PAGE);
    private static final MmapPolicy POLICY = MmapPolicy.mappable(Caching.CACHED);

    private final Rig rig = new Rig();

    @AfterEach
    void nothingIsLeftOpen() {
        assertEquals(List.of(), rig.core.census());
        rig.close();
    }

    /** The exporter is asked, EIO names it and says what was wrong, and its descriptors are closed. */
    private String assertAtFault(Exporter faulty) {
        DmaBufException thrown = Rig.assertErrno(Errno.EIO, () -> rig.add("faulty", faulty).source().export(REQUEST));
        assertTrue(thrown.getMessage().contains("faulty on /dev/faulty"), thrown.getMessage());
        assertNull(thrown.getCause());
        assertEquals(0, thrown.getSuppressed().length);
        assertEquals("", rig.leftovers());
        return thrown.getMessage();
    }

    private static void assertContains(String word, String text) {
        assertTrue(text.contains(word), text);
    }

    static Stream<Supplier<Throwable>> whateverAnExporterThrows() {
        return Stream.of(
                () -> new IllegalStateException("no idea"),
                () -> new NullPointerException(),
                () -> new NoClassDefFoundError("driver/Helper"),
                () -> new UnsatisfiedLinkError("libdriver.so"),
                () -> new ExceptionInInitializerError("static"),
                () -> new AssertionError("unreachable"),
                () -> new StackOverflowError(),
                () -> new OutOfMemoryError("Java heap space"),
                () -> new InterruptedException("sneaky"));
    }

    @ParameterizedTest
    @MethodSource("whateverAnExporterThrows")
    void whatIsNoErrnoBecomesEio(Supplier<Throwable> failure) {
        String message = assertAtFault(request -> {
            throw sneaky(failure.get());
        });
        assertContains(failure.get().getClass().getName(), message);
        assertEquals(1, rig.log.at(Level.WARNING).size());
        assertContains("FaultyExporterTest", rig.log.at(Level.WARNING).getFirst());
        assertFalse(rig.log.lines.stream().anyMatch(CapturedLog.Line::hasThrowable), "a log keeps its history, and the class loader");
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void throwableThatThrowsWhenItIsLookedAtIsReportedAllTheSame() {
        @SuppressWarnings("serial")
        class Hostile extends RuntimeException {
            @Override
            public String getMessage() {
                throw new IllegalStateException("no message");
            }

            @Override
            public StackTraceElement[] getStackTrace() {
                throw new IllegalStateException("no frames");
            }

            @Override
            public synchronized Throwable getCause() {
                throw new IllegalStateException("no cause");
            }
        }

        assertContains("Hostile", assertAtFault(request -> {
            throw new Hostile();
        }));
    }

    @Test
    void exceptionOfTheContractGoesToTheCallerAsItIs() {
        DmaBufException own = new DmaBufException(Errno.EBADFD, "UDMABUF_CREATE", "memfd 3", "not a memfd");
        ExporterRegistration strict = rig.add("strict", request -> {
            throw own;
        });
        assertSame(own, assertThrows(DmaBufException.class, () -> strict.source().export(REQUEST)));
        assertEquals(List.of(), rig.log.at(Level.WARNING));
    }

    @Test
    void nullIsNoBuffer() {
        assertContains("null", assertAtFault(request -> null));
    }

    @Test
    void descriptorThatIsClosedIsNoBuffer() {
        assertContains("closed", assertAtFault(request -> {
            Fd fd = dmaBuf();
            fd.close();
            return ExportedBuffer.builder(fd, PAGE, POLICY).build();
        }));
    }

    @Test
    void descriptorThatIsNoDmaBufIsNoBuffer() {
        assertContains("no dma-buf", assertAtFault(
                request -> ExportedBuffer.builder(Memfd.sealed(rig.kernel, "x", PAGE), PAGE, POLICY).build()));
    }

    @Test
    void sizeThatTheKernelDoesNotConfirmIsRefused() {
        for (long size : new long[] {2 * PAGE, PAGE - 1, 0, -1, Long.MAX_VALUE}) {
            String message = assertAtFault(request -> ExportedBuffer.builder(dmaBuf(), size, POLICY).build());
            assertContains(size + " bytes, the kernel says " + PAGE, message);
        }
    }

    @Test
    void planThatIsClosedOrCrookedIsRefusedAndNothingLeaks() {
        assertContains("closed", assertAtFault(request -> {
            Fd plan = Memfd.sealed(rig.kernel, "plan", PAGE);
            plan.close();
            return ExportedBuffer.builder(dmaBuf(), PAGE, POLICY).plan(MappingPlan.of(plan, 0)).build();
        }));
        assertContains("closed", assertAtFault(request -> {
            Fd buffer = dmaBuf();
            buffer.close();
            Fd plan = Memfd.sealed(rig.kernel, "plan", PAGE);
            return ExportedBuffer.builder(buffer, PAGE, POLICY).plan(MappingPlan.of(plan, 0)).build();
        }));
        for (long offset : new long[] {-PAGE, 1}) {
            assertContains("multiple of the page size", assertAtFault(request -> {
                Fd plan = Memfd.sealed(rig.kernel, "plan", PAGE);
                return ExportedBuffer.builder(dmaBuf(), PAGE, POLICY).plan(MappingPlan.of(plan, offset)).build();
            }));
        }
    }

    @Test
    void descriptorOfAKernelWithoutSystemCallsIsRefused() {
        Kernel mute = new Kernel() {
            @Override
            public KernelKind kind() {
                return KernelKind.LINUX;
            }

            @Override
            public int close(int fd) {
                return rig.kernel.close(fd);
            }
        };
        assertContains("no system calls", assertAtFault(
                request -> ExportedBuffer.builder(Fd.adopt(dmaBuf().release(), mute), PAGE, POLICY).build()));
    }

    @Test
    void planThatIsTheBufferItselfIsClosedOnce() {
        ExporterRegistration odd = rig.add("odd", request -> {
            Fd fd = dmaBuf();
            return ExportedBuffer.builder(fd, PAGE, POLICY).plan(MappingPlan.of(fd, 0)).build();
        });
        try (DmaBuf buffer = odd.source().export(REQUEST)) {
            buffer.mmap().close();
        }
    }

    @Test
    void exporterThatKeepsTheDescriptorCannotCloseIt() {
        Fd[] kept = new Fd[1];
        ExporterRegistration clinging = rig.add("clinging", request -> {
            kept[0] = dmaBuf();
            return ExportedBuffer.builder(kept[0], PAGE, POLICY).build();
        });
        try (DmaBuf buffer = clinging.source().export(REQUEST)) {
            assertFalse(kept[0].isOpen());
            kept[0].close();
            buffer.mmap().close();
        }
    }

    @Test
    void sameDescriptionTwiceIsRefusedTheSecondTime() {
        ExportedBuffer[] kept = new ExportedBuffer[1];
        ExporterRegistration repeating = rig.add("repeating", request -> {
            if (kept[0] == null) {
                kept[0] = ExportedBuffer.builder(dmaBuf(), PAGE, POLICY).build();
            }
            return kept[0];
        });
        try (DmaBuf buffer = repeating.source().export(REQUEST)) {
            Rig.assertErrno(Errno.EIO, () -> repeating.source().export(REQUEST));
            buffer.mmap().close();
        }
    }

    @Test
    void faultyExporterDoesNotHarmTheOthers() {
        rig.add("faulty", request -> {
            throw new NoClassDefFoundError("driver/Helper");
        });
        rig.add("good").source().export(REQUEST).close();
    }

    private Fd dmaBuf() {
        return TestUdmabuf.create(rig.kernel, PAGE);
    }
}
