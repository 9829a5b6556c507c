package dmabuf.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.KernelKind;
import dmabuf.frame.DrmModifier;
import java.util.Dictionary;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExporterPropertiesTest {

    private static final ExporterProperties FULL = ExporterProperties.builder("i915", "/dev/dri/renderD128", KernelKind.SIMULATED)
            .caching(Caching.WRITE_COMBINED, Caching.CACHED)
            .mmap(true)
            .needsSync(false)
            .lifetime(Lifetime.SELF_CONTAINED)
            .maxSize(4096)
            .wrap(true)
            .allocates(false)
            .contiguous(true)
            .modifiers(new DrmModifier(0x0100000000000001L), DrmModifier.LINEAR)
            .strideAlignment(64)
            .generation(3)
            .bundle("driver", "1.2.3")
            .build();

    private static Map<String, Object> map(ExporterProperties properties) {
        Dictionary<String, Object> dictionary = properties.toDictionary();
        Map<String, Object> map = new HashMap<>();
        for (Enumeration<String> keys = dictionary.keys(); keys.hasMoreElements(); ) {
            String key = keys.nextElement();
            map.put(key, dictionary.get(key));
        }
        return map;
    }

    private static Map<String, Object> minimal() {
        Map<String, Object> map = new HashMap<>();
        map.put("dmabuf.exporter", "vfio");
        map.put("dmabuf.device", "/dev/vfio/1");
        map.put("dmabuf.kernel", "linux");
        return map;
    }

    @Test
    void propertiesReadWhatTheyWrite() {
        Map<String, Object> map = map(FULL);
        ExporterProperties again = ExporterProperties.of(map);
        assertSameValues(FULL, again);
        assertSameValues(FULL, FULL.toBuilder().build());
        assertEquals(List.of("cached", "write-combined"), List.of((String[]) map.get("dmabuf.caching")));
        assertEquals(List.of("intel:0x100000000000001", "linear"), List.of((String[]) map.get("dmabuf.modifiers")));
        assertEquals(64, map.get("dmabuf.stride.alignment"));
    }

    private static void assertSameValues(ExporterProperties expected, ExporterProperties actual) {
        assertEquals(expected.exporter(), actual.exporter());
        assertEquals(expected.device(), actual.device());
        assertEquals(expected.kernel(), actual.kernel());
        assertEquals(expected.caching(), actual.caching());
        assertEquals(expected.mmap(), actual.mmap());
        assertEquals(expected.needsSync(), actual.needsSync());
        assertEquals(expected.lifetime(), actual.lifetime());
        assertEquals(expected.maxSize(), actual.maxSize());
        assertEquals(expected.wrap(), actual.wrap());
        assertEquals(expected.allocates(), actual.allocates());
        assertEquals(expected.contiguous(), actual.contiguous());
        assertEquals(List.copyOf(expected.modifiers()), List.copyOf(actual.modifiers()));
        assertEquals(expected.strideAlignment(), actual.strideAlignment());
        assertEquals(expected.generation(), actual.generation());
        assertEquals(expected.bundle(), actual.bundle());
        assertEquals(expected.bundleVersion(), actual.bundleVersion());
        assertEquals(expected.toString(), actual.toString());
    }

    @Test
    void whatIsLeftOutIsTheSafeAnswer() {
        ExporterProperties properties = ExporterProperties.of(minimal());
        assertEquals(Set.of(Caching.UNKNOWN), properties.caching());
        assertEquals(false, properties.mmap());
        assertEquals(true, properties.needsSync());
        assertEquals(Lifetime.SELF_CONTAINED, properties.lifetime());
        assertEquals(Long.MAX_VALUE, properties.maxSize());
        assertEquals(false, properties.wrap());
        assertEquals(true, properties.allocates());
        assertEquals(false, properties.contiguous());
        assertEquals(Set.of(DrmModifier.LINEAR), properties.modifiers());
        assertEquals(1, properties.strideAlignment());
        assertEquals(0, properties.generation());
        assertEquals("", properties.bundle());
        Dictionary<String, Object> written = properties.toDictionary();
        assertNull(written.get("dmabuf.generation"), "only the core sets it");
        assertNull(written.get("dmabuf.bundle"));
    }

    @Test
    void oneCacheAttributeNeedsNoArray() {
        Map<String, Object> map = minimal();
        map.put("dmabuf.caching", "uncached");
        map.put("service.id", 5L);
        assertEquals(Set.of(Caching.UNCACHED), ExporterProperties.of(map).caching());
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("dmabuf.exporter", null),
                Arguments.of("dmabuf.device", null),
                Arguments.of("dmabuf.kernel", null),
                Arguments.of("dmabuf.exporter", 5),
                Arguments.of("dmabuf.kernel", "windows"),
                Arguments.of("dmabuf.caching", "fast"),
                Arguments.of("dmabuf.caching", new String[] {"cached", "fast"}),
                Arguments.of("dmabuf.caching", new String[] {null}),
                Arguments.of("dmabuf.caching", List.of("cached")),
                Arguments.of("dmabuf.modes", "cached"),
                Arguments.of("dmabuf.modes", new String[] {"wc=fast"}),
                Arguments.of("dmabuf.modes", new String[] {"W C=cached"}),
                Arguments.of("dmabuf.modes", new String[] {null}),
                Arguments.of("dmabuf.placement", "moon"),
                Arguments.of("dmabuf.mmap", "true"),
                Arguments.of("dmabuf.sync", 1),
                Arguments.of("dmabuf.lifetime", "eternal"),
                Arguments.of("dmabuf.max.size", 4096),
                Arguments.of("dmabuf.max.size", "4096"),
                Arguments.of("dmabuf.wrap", "no"),
                Arguments.of("dmabuf.allocates", "no"),
                Arguments.of("dmabuf.modifiers", "tiled"),
                Arguments.of("dmabuf.modifiers", new String[] {"linear", "implicit"}),
                Arguments.of("dmabuf.modifiers", new String[] {null}),
                Arguments.of("dmabuf.stride.alignment", 3),
                Arguments.of("dmabuf.stride.alignment", 64L),
                Arguments.of("dmabuf.generation", 1));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void propertyThatIsMissingOrWrongIsNamed(String key, Object value) {
        Map<String, Object> map = minimal();
        if (value == null) {
            map.remove(key);
        } else {
            map.put(key, value);
        }
        String message = assertThrows(IllegalArgumentException.class, () -> ExporterProperties.of(map)).getMessage();
        assertTrue(message.contains(key), message);
    }

    @Test
    void modesAndPlacementsAreReadAsTheyWereWritten() {
        ExporterProperties gpu = ExporterProperties.builder("i915", "/dev/dri/renderD128", KernelKind.LINUX)
                .mode("dma-buf", Caching.CACHED)
                .mode("fixed", Caching.CACHED, Caching.WRITE_COMBINED)
                .placement(Placement.DEVICE)
                .build();
        assertTrue(gpu.mmap());
        assertEquals(Set.of(Caching.CACHED, Caching.WRITE_COMBINED), gpu.caching());
        Map<String, Object> map = new HashMap<>();
        gpu.toDictionary().keys().asIterator().forEachRemaining(key -> map.put(key, gpu.toDictionary().get(key)));
        ExporterProperties read = ExporterProperties.of(map);
        assertEquals(gpu.modes(), read.modes());
        assertEquals(List.of("dma-buf", "fixed"), List.copyOf(read.modes().keySet()));
        assertEquals(Set.of(Placement.DEVICE), read.placements());
        assertEquals(gpu.modes(), read.toBuilder().build().modes());
        assertThrows(UnsupportedOperationException.class, () -> read.modes().get("fixed").clear());
    }

    @Test
    void whatCanBeMappedHasTheModeOfTheDescriptorUnlessSaidOtherwise() {
        ExporterProperties plain =
                ExporterProperties.builder("a", "/dev/a", KernelKind.LINUX).caching(Caching.CACHED).mmap(true).build();
        assertEquals(Map.of("dma-buf", Set.of(Caching.CACHED)), plain.modes());
        assertEquals(Set.of(Placement.SYSTEM), plain.placements());
        assertEquals(Map.of(), ExporterProperties.builder("a", "/dev/a", KernelKind.LINUX).build().modes());
    }

    @Test
    void propertiesDoNotChangeWithTheirBuilder() {
        ExporterProperties.Builder builder = ExporterProperties.builder("a", "/dev/a", KernelKind.LINUX).caching(Caching.CACHED);
        ExporterProperties before = builder.build();
        builder.caching(Caching.UNCACHED).mmap(true);
        assertEquals(Set.of(Caching.CACHED), before.caching());
        assertEquals(false, before.mmap());
        assertThrows(UnsupportedOperationException.class, () -> before.caching().clear());
    }

    @Test
    void wordsNameTheSource() {
        assertEquals("i915 on /dev/dri/renderD128 (simulated) generation 3", FULL.toString());
        assertEquals("vfio on /dev/vfio/1", ExporterProperties.of(minimal()).toString());
    }
}
