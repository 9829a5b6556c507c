package dmabuf.tck.exporter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dmabuf.api.Caching;
import dmabuf.api.ExporterProperties;
import dmabuf.fd.KernelKind;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The service's properties can be read and are all there: importers select by them and by nothing else. */
interface PropertyChecks {

    /** What an exporter says, as the builder writes it. The core adds the rest. */
    Set<String> KEYS = Set.copyOf(Collections.list(
            ExporterProperties.builder("any", "/dev/any",
                    KernelKind.LINUX).caching(Caching.CACHED).mmap(true).build().toDictionary().keys()));

    String BUILDER = "register the service with ExporterProperties.builder(...).build().toDictionary()";

    @Test
    default void everyPropertyOfAnExporterIsThere(Workbench bench) {
        Set<String> missing = new TreeSet<>(KEYS);
        missing.removeAll(bench.rawProperties().keySet());
        assertEquals(Set.of(), missing, "importers that filter by these never find the exporter: " + BUILDER);
    }

    @Test
    default void propertiesHaveTheirTypes(Workbench bench) {
        Map<String, Object> raw = bench.rawProperties();
        // What is missing is another test's matter.
        raw.putIfAbsent(ExporterProperties.EXPORTER, "missing");
        raw.putIfAbsent(ExporterProperties.DEVICE, "/dev/missing");
        raw.putIfAbsent(ExporterProperties.KERNEL, bench.kernel().kind().property());
        try {
            ExporterProperties.of(raw);
        } catch (IllegalArgumentException e) {
            fail("the core cannot read the properties and leaves the exporter out: " + e.getMessage() + "; " + BUILDER, e);
        }
    }

    @Test
    default void noPropertyIsUnknown(Workbench bench) {
        Set<String> unknown = new TreeSet<>(bench.rawProperties().keySet());
        unknown.removeIf(key -> !key.startsWith("dmabuf."));
        unknown.removeAll(KEYS);
        assertEquals(Set.of(), unknown, "nobody looks at these, and dmabuf.* belongs to the contract: correct the spelling, or prefix"
                + " them with the exporter's own name; generation and bundle are added by the core");
    }

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void kernelIsTheOneThatAnswers(Workbench bench) {
        assertEquals(bench.kernel().kind(), bench.properties().kernel(), "what is simulated has to say so: pass Syscalls.kind() on");
    }

    @Test
    default void deviceIsANodeThatIsThere(Workbench bench) {
        String device = bench.properties().device();
        assertTrue(bench.kernel().devices().exists(device), () -> ExporterProperties.DEVICE + " is " + device
                + ", and there is no such node: name the one that export opens, since operators look for it");
    }

    @Test
    default void exporterHasANameThatOptionsCanBeginWith(Workbench bench) {
        String name = bench.properties().exporter();
        assertNotNull(name);
        assertTrue(name.matches("[a-z][a-z0-9-]*"), () -> ExporterProperties.EXPORTER + " is \"" + name
                + "\": take a short word in lower case, without dots; it begins the driver's options, NAME.OPTION");
    }
}
