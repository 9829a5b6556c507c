package dmabuf.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Caching;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Placement;
import dmabuf.fd.KernelKind;
import dmabuf.frame.DrmModifier;
import java.util.List;
import org.apache.felix.service.command.Converter;
import org.junit.jupiter.api.Test;

class ExporterTextTest {

    private static final ExporterProperties REAL = ExporterProperties.builder("i915", "/dev/dri/renderD128", KernelKind.LINUX)
            .caching(Caching.CACHED, Caching.WRITE_COMBINED).mmap(true)
            .mode("dma-buf", Caching.CACHED, Caching.WRITE_COMBINED).mode("wc", Caching.WRITE_COMBINED)
            .placement(Placement.SYSTEM, Placement.DEVICE).generation(12).bundle("a.i9", "1.2.3").build();
    private static final ExporterProperties SIMULATED = ExporterProperties.builder("odd \"one\"", "/dev/odd", KernelKind.SIMULATED)
            .needsSync(false).maxSize(4096).modifiers(DrmModifier.LINEAR, DrmModifier.of("0x100000000000001")).strideAlignment(64).build();

    @Test
    void columnsAlign() {
        assertEquals("""
                EXPORTER  DEVICE               KERNEL  MODE     CACHING                SYNC    MEMORY         LIFETIME        LIMIT  \
                GEN  BUNDLE
                i915      /dev/dri/renderD128  linux   dma-buf  cached,write-combined  needed  system/device  self-contained  none   \
                12   a.i9 1.2.3
                                                       wc       write-combined
                """, ExporterText.table(List.of(REAL)));
    }

    @Test
    void simulationIsExplainedWhereThereIsOne() {
        String both = ExporterText.table(List.of(REAL, SIMULATED));
        assertTrue(both.contains("\nsimulated: "), both);
        assertFalse(ExporterText.table(List.of(REAL)).contains("simulated"));
    }

    @Test
    void jsonIsAnArrayWithAnObjectALine() {
        assertEquals("""
                [
                  {"exporter": "i915", "device": "/dev/dri/renderD128", "kernel": "linux", "allocates": true, "mmap": true, "caching": \
                ["cached", "write-combined"], "modes": \
                {"dma-buf": ["cached", "write-combined"], "wc": ["write-combined"]}, "placement": ["system", "device"], \
                "needsSync": true, "lifetime": "self-contained", "maxSize": null, \
                "modifiers": ["linear"], "strideAlignment": 1, "generation": 12, \
                "bundle": "a.i9", "version": "1.2.3"},
                  {"exporter": "odd \\"one\\"", "device": "/dev/odd", "kernel": "simulated", "allocates": true, "mmap": false, \
                "caching": ["unknown"], \
                "modes": {}, "placement": ["system"], "needsSync": false, "lifetime": "self-contained", \
                "maxSize": 4096, "modifiers": ["linear", "intel:0x100000000000001"], "strideAlignment": 64, "generation": 0, "bundle": "", "version": ""}
                ]""", ExporterText.json(List.of(REAL, SIMULATED)));
        assertEquals("[]", ExporterText.json(List.of()));
    }

    @Test
    void shellShowsRowsDetailsAndNames() {
        DmaBufConverter converter = new DmaBufConverter();
        String row = converter.format(REAL, Converter.LINE, null).toString();
        assertTrue(row.startsWith("i915 ") && !row.contains("\n"), row);
        assertTrue(converter.format(REAL, Converter.INSPECT, null).toString().contains("\nlifetime        self-contained\n"));
        assertEquals(REAL.toString(), converter.format(REAL, Converter.PART, null));
        assertEquals(null, converter.format("something else", Converter.LINE, null));
    }

    @Test
    void rowWithAMissingCellIsAMistake() {
        assertThrows(IllegalArgumentException.class, () -> new Table("A", "B").row("1"));
    }
}
