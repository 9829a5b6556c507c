package dmabuf.tck.exporter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBufException;
import dmabuf.linux.FileStatus;
import dmabuf.spi.ExportedBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every mapping mode is tried: it maps, shows the buffer and nothing else, and shows it at the right place. */
interface MappingChecks {

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void everyModeMapsAndReadsBackWhatWasWritten(Workbench bench) {
        bench.assumeMakesMemory();
        Made made = bench.exportMappable(3 * Workbench.PAGE);
        int seed = 1;
        for (ExportedBuffer.Mode mode : made.declared()) {
            String name = mode.mode().name();
            seed++;
            try (Arena arena = Arena.ofConfined()) {
                made.write(map(made, mode, true, arena), seed);
                assertEquals(-1, made.mismatch(map(made, mode, false, arena), 0, seed), () -> "what one mapping of mode " + name
                        + " has written, another one does not show: MappingPlan has to lead to the buffer's own memory");
            }
        }
    }

    private static MemorySegment map(Made made, ExportedBuffer.Mode mode, boolean writable, Arena arena) {
        try {
            return made.map(mode, writable && mode.mode().policy().access().writes(), arena);
        } catch (DmaBufException e) {
            throw new AssertionError(e.getMessage() + ". The policy of mode " + mode.mode().name() + " says that it can be mapped for "
                    + mode.mode().policy().access() + ": correct the MappingPlan or the policy", e);
        }
    }

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void allModesShowTheSameMemory(Workbench bench) {
        bench.assumeMakesMemory();
        Made made = bench.exportMappable(3 * Workbench.PAGE);
        for (ExportedBuffer.Mode writer : made.mappable()) {
            for (ExportedBuffer.Mode reader : made.mappable()) {
                try (Arena arena = Arena.ofConfined()) {
                    int seed = 31 * writer.mode().name().hashCode() + reader.mode().name().hashCode();
                    made.write(map(made, writer, true, arena), seed);
                    assertEquals(-1, made.mismatch(map(made, reader, false, arena), 0, seed), () -> "what was written in mode "
                            + writer.mode().name() + " is not to be seen in mode " + reader.mode().name() + " after SYNC: the offset of a"
                            + " MappingPlan is where the buffer's first byte is");
                }
            }
        }
    }

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void partOfABufferIsMappedAtItsOffset(Workbench bench) {
        bench.assumeMakesMemory();
        Made made = bench.exportMappable(4 * Workbench.PAGE);
        for (ExportedBuffer.Mode mode : made.mappable()) {
            try (Arena arena = Arena.ofConfined()) {
                made.write(map(made, mode, true, arena), 7);
                MemorySegment part;
                try {
                    part = made.map(mode, 2 * Workbench.PAGE, Workbench.PAGE, false, arena);
                } catch (DmaBufException e) {
                    throw new AssertionError(e.getMessage() + ". A driver that cannot map parts says so: MappingPlan.wholeOnly()", e);
                }
                assertEquals(-1, made.mismatch(part, 2 * Workbench.PAGE, 7), () -> "the third page in mode " + mode.mode().name()
                        + ", mapped by itself, shows other bytes than in a mapping of the whole: say MappingPlan.wholeOnly() where the"
                        + " driver maps parts wrongly, as those of drm_gem_shmem_objects do");
            }
        }
    }

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void newBufferTellsNothingOfOthers(Workbench bench) {
        bench.assumeMakesMemory();
        try (Made first = bench.exportMappable(2 * Workbench.PAGE); Arena arena = Arena.ofConfined()) {
            first.write(map(first, first.mappable().getFirst(), true, arena), 3);
        }
        try (Made second = bench.exportMappable(2 * Workbench.PAGE); Arena arena = Arena.ofConfined()) {
            MemorySegment memory = map(second, second.mappable().getFirst(), false, arena);
            for (long at = 0; at < memory.byteSize(); at++) {
                long where = at;
                assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, at), () -> "a new buffer has a byte other than 0 at " + where
                        + ": clear memory that was used before, or take new memory from the kernel");
            }
        }
    }

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void everyModeMapsWhatADeviceHasAndShowsItAlike(Workbench bench) {
        Assumptions.assumeFalse(bench.makesMemory(), "needs an exporter that hands out what its device has");
        Made made = bench.exportMappable(Workbench.PAGE);
        for (ExportedBuffer.Mode mode : made.declared()) {
            try (Arena arena = Arena.ofConfined()) {
                byte[] once = made.contents(map(made, mode, false, arena));
                assertArrayEquals(once, made.contents(map(made, mode, false, arena)), () -> "two mappings of mode " + mode.mode().name()
                        + " show different bytes of what nobody changes: MappingPlan has to lead to the buffer's own memory");
            }
        }
    }

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void everyExportIsABufferOfItsOwn(Workbench bench) {
        Made one = bench.export(Workbench.PAGE);
        Made other = bench.export(Workbench.PAGE);
        assertTrue(one.buffer().fd() != other.buffer().fd(), "two exports gave the same Fd, which the first importer closes");
        bench.assumeMakesMemory();
        FileStatus identity = one.identity();
        assertNotEquals(identity.inode(), other.identity().inode(), "two exports gave the same dma-buf: make a new one for each, since two"
                + " importers write into what they believe their own");
    }
}
