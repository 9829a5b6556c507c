package dmabuf.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.api.Caching;
import dmabuf.api.ExporterProperties;
import dmabuf.api.MappingMode;
import dmabuf.api.MemoryKind;
import dmabuf.api.MmapPolicy;
import dmabuf.api.Refusal;
import dmabuf.fd.KernelKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PoliciesTest {

    private static final Policies.Kind CACHED = kind(Caching.CACHED, true, MemoryKind.SYSTEM);
    private static final Policies.Kind COHERENT = kind(Caching.CACHED, false, MemoryKind.SYSTEM);
    private static final Policies.Kind COMBINED = kind(Caching.WRITE_COMBINED, false, MemoryKind.IO);
    private static final Policies.Kind UNKNOWN = kind(Caching.UNKNOWN, true, MemoryKind.SYSTEM);

    private static Policies.Kind kind(Caching caching, boolean needsSync, MemoryKind memory) {
        return new Policies.Kind(caching, needsSync, memory, List.of("dma-buf"));
    }

    private static Policies.Example example(String driver, Policies.Kind kind) {
        return new Policies.Example(ExporterProperties.builder(driver, "/dev/" + driver, KernelKind.SIMULATED).build(), kind);
    }

    private static List<String> drivers(List<Policies.Example> examples) {
        return examples.stream().map(one -> one.exporter().exporter() + " " + one.kind().caching().property()).toList();
    }

    @Test
    void differentDriversArePreferredAndUnknownPoliciesComeLast() {
        Map<Policies.Kind, List<Policies.Example>> kinds = new LinkedHashMap<>();
        kinds.put(CACHED, List.of(example("a", CACHED), example("b", CACHED), example("c", CACHED)));
        kinds.put(UNKNOWN, List.of(example("d", UNKNOWN)));
        kinds.put(COHERENT, List.of(example("a", COHERENT)));
        kinds.put(COMBINED, List.of(example("a", COMBINED)));
        assertEquals(List.of("a cached", "b cached", "d unknown", "a write-combined"), drivers(Policies.pick(kinds)));
    }

    @Test
    void fewerThanFourAreAllThatThereIs() {
        assertEquals(List.of(), Policies.pick(Map.of()));
        assertEquals(List.of("a cached"), drivers(Policies.pick(Map.of(CACHED, List.of(example("a", CACHED))))));
    }

    @Test
    void exampleSaysDriverPolicyAndLabel() {
        assertEquals("a on /dev/a (simulated): write-combined, coherent, device memory", example("a", COMBINED).toString());
        Policies.Kind kind = Policies.Kind.of(List.of(
                new MappingMode("dma-buf", MmapPolicy.mappable(Caching.CACHED)),
                new MappingMode("uc", MmapPolicy.mappable(Caching.UNCACHED))));
        assertEquals(
                "a on /dev/a (simulated): cached, data needs SYNC; modes dma-buf (cached), uc (uncached)", example("a", kind).toString());
    }

    @Test
    void exportersAreCountedByDriver() {
        List<ExporterProperties> exporters = List.of(
                ExporterProperties.builder("kms", "/dev/dri/card0", KernelKind.LINUX).build(),
                ExporterProperties.builder("i915", "/dev/dri/renderD128", KernelKind.SIMULATED).build(),
                ExporterProperties.builder("i915", "/dev/dri/renderD129", KernelKind.SIMULATED).build(),
                ExporterProperties.builder("heap", "/dev/dma_heap/system", KernelKind.SIMULATED).build());
        assertEquals("heap (simulated), i915 (2 devices, simulated), kms", ExporterList.words(exporters));
    }

    @Test
    void reasonsThatAreSharedAreToldOnce() {
        assertEquals("; nobody was refused", Wish.refused(List.of()));
        assertEquals("; refused: 2, since it is full; 1, since it is gone", Wish.refused(List.of(
                new Refusal("a", "it is full"), new Refusal("b", "it is gone"), new Refusal("c", "it is full"))));
    }
}
