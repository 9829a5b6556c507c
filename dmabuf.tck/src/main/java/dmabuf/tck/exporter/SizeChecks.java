package dmabuf.tck.exporter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBufException;
import dmabuf.api.ExporterProperties;
import dmabuf.fd.Errno;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sizes around page boundaries, at the limit and beyond it. */
interface SizeChecks {

    List<Errno> NO_ROOM = List.of(Errno.ENOMEM, Errno.ENOSPC);
    List<Errno> TOO_BIG = List.of(Errno.EINVAL, Errno.E2BIG);
    List<Long> SIZES = List.of(
            1L, Workbench.PAGE - 1, Workbench.PAGE, Workbench.PAGE + 1, 2 * Workbench.PAGE - 1, 2 * Workbench.PAGE,
                    17 * Workbench.PAGE + 5);

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void everySizeAroundAPageBoundaryCanBeHad(Workbench bench) {
        for (long size : SIZES) {
            String advice = "take any number of bytes from 1 on, and round up to what the device can do";
            try (Made made = bench.export(size)) {
                long is = made.sizeByKernel();
                assertTrue(is >= size, () -> size + " bytes were asked for, the dma-buf has " + is + ": " + advice);
            } catch (DmaBufException e) {
                throw new AssertionError(e.getMessage() + ". " + advice, e);
            }
        }
    }

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void sizeOfABufferIsWhatTheKernelTells(Workbench bench) {
        for (long size : SIZES) {
            // That every size can be had is another test's matter.
            Made made = bench.exportIfPossible(size);
            if (made != null) {
                assertEquals(made.sizeByKernel(), made.size(), () -> "for " + size + " bytes: ExportedBuffer.size() is what"
                        + " lseek(SEEK_END) says of the dma-buf, after rounding; the core gives every other buffer back with EIO");
            }
        }
    }

    @Test
    default void sizeZeroIsRefusedAsInvalid(Workbench bench) {
        String advice = "refuse a size of 0 with EINVAL";
        DmaBufException refusal = bench.refused(bench.request(0), advice);
        assertEquals(Errno.EINVAL, refusal.errno(), () -> refusal.getMessage() + ". " + advice);
    }

    @Test
    default void negativeSizeIsRefusedAsInvalid(Workbench bench) {
        for (long size : List.of(-1L, -Workbench.PAGE, Long.MIN_VALUE)) {
            String advice = "refuse a negative size with EINVAL; kernels count without a sign, and would look for exbibytes";
            DmaBufException refusal = bench.refused(bench.request(size), advice);
            assertEquals(Errno.EINVAL, refusal.errno(), () -> refusal.getMessage() + ". " + advice);
        }
    }

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void enormousSizeIsRefusedWithoutOverflow(Workbench bench) {
        for (long size : List.of(Long.MAX_VALUE, Long.MAX_VALUE - Workbench.PAGE, Long.MAX_VALUE - 2 * Workbench.PAGE + 1)) {
            String advice = "refuse what is too big with EINVAL or E2BIG, and what there is no room for with ENOMEM; look at the limit"
                    + " before rounding up, which overflows";
            DmaBufException refusal = bench.refused(bench.request(size), advice);
            assertTrue(TOO_BIG.contains(refusal.errno()) || NO_ROOM.contains(refusal.errno()), () -> refusal.getMessage() + ". " + advice);
        }
    }

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void largestSizeOfThePropertiesCanBeHad(Workbench bench) {
        long most = bench.properties().maxSize();
        if (most == Long.MAX_VALUE) {
            return; // No limit is promised; enormousSizeIsRefusedWithoutOverflow says the rest.
        }
        try {
            bench.export(most).close();
        } catch (DmaBufException e) {
            // A machine may have less room than the driver could use.
            assertTrue(NO_ROOM.contains(e.errno()), () -> e.getMessage() + ". " + ExporterProperties.MAX_SIZE + " promises " + most
                    + " bytes: serve them, or declare less");
        }
    }

    @Test
    default void sizeOverTheLimitOfThePropertiesIsRefusedAsTooBig(Workbench bench) {
        long most = bench.properties().maxSize();
        if (most == Long.MAX_VALUE) {
            return; // There is nothing over it.
        }
        String advice = "a size over " + ExporterProperties.MAX_SIZE + " is refused with EINVAL or E2BIG and the limit in words; declare"
                + " the limit that there is";
        DmaBufException refusal = bench.refused(bench.request(most + 1), advice);
        assertTrue(TOO_BIG.contains(refusal.errno()), () -> refusal.getMessage() + ". " + advice);
    }
}
