package exporter.virtio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Caching;
import dmabuf.api.Subscription;
import dmabuf.linux.Devices;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The list as kernels write it, new and old. */
class MemoryTypeListTest {

    private static final String NODE = "/dev/dri/renderD128";
    private static final String BARS = """
            0x00000000fe000000 0x00000000fe003fff 0x000000000014220c
            0x0000000000000000 0x0000000000000000 0x0000000000000000
            0x0000004000000000 0x000000400fffffff 0x000000000014220c
            """;

    private final Map<String, String> attributes = new HashMap<>(Map.of("/sys/class/drm/renderD128/device/resource", BARS));

    /** Files and nothing else. */
    private final Devices devices = new Devices() {
        @Override
        public List<String> list(String folder) {
            return List.of();
        }

        @Override
        public List<String> entries(String folder) {
            return List.of();
        }

        @Override
        public boolean exists(String node) {
            return false;
        }

        @Override
        public Optional<String> attribute(String path) {
            return Optional.ofNullable(attributes.get(path));
        }

        @Override
        public Subscription watch(String folder, Runnable changed) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<String> explainNoAccess(String node) {
            return Optional.empty();
        }
    };

    private MemoryTypeList look(String... lines) {
        attributes.put(MemoryTypeList.FILE, "PAT memtype list:\n" + String.join("\n", lines));
        return MemoryTypeList.of(devices, NODE).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "write-back, CACHED", "write-combining, WRITE_COMBINED", "uncached-minus, UNCACHED", "uncached, UNCACHED",
        "write-through, UNKNOWN", "write-protected, UNKNOWN"
    })
    void typeOfWhatWasMappedMeanwhileIsFound(String type, Caching caching) {
        MemoryTypeList before = look("PAT: [mem 0x00000000fe000000-0x00000000fe004000] uncached-minus");
        MemoryTypeList after = look(
                "PAT: [mem 0x00000000fe000000-0x00000000fe004000] uncached-minus",
                "PAT: [mem 0x0000004000001000-0x0000004000003000] " + type);

        assertEquals(caching, after.mappedSince(before, 0x2000));
        assertEquals(caching, look(type + " @ 0x4000001000-0x4000003000").mappedSince(before, 0x2000), "Linux 5.6 and before");
    }

    @Test
    void whatIsAnothersOrWasThereBeforeDoesNotCount() {
        MemoryTypeList before = look("PAT: [mem 0x0000004000001000-0x0000004000003000] write-back");

        assertEquals(Caching.UNKNOWN, before.mappedSince(before, 0x2000));
        assertEquals(Caching.UNKNOWN, look("PAT: [mem 0x0000008000001000-0x0000008000003000] write-back").mappedSince(before, 0x2000));
        assertEquals(Caching.UNKNOWN, look("PAT: [mem 0x0000004000005000-0x0000004000006000] write-back").mappedSince(before, 0x2000));
        assertEquals(Caching.UNKNOWN, look("PAT: [mem 0x000000400ffff000-0x0000004010001000] write-back").mappedSince(before, 0x2000));
    }

    @Test
    void twoThatDisagreeAreNotKnown() {
        MemoryTypeList before = look();
        MemoryTypeList after = look(
                "PAT: [mem 0x0000004000001000-0x0000004000003000] write-back",
                "PAT: [mem 0x0000004000005000-0x0000004000007000] write-combining");

        assertEquals(Caching.UNKNOWN, after.mappedSince(before, 0x2000));
    }

    @Test
    void linesOfAnotherFormAreNoEntries() {
        assertTrue(look("", "something else", "PAT: [mem 0xzz-0x1] write-back").entries().isEmpty());
    }

    @Test
    void withoutBarsOrListThereIsNothingToSee() {
        assertTrue(MemoryTypeList.of(devices, NODE).isEmpty(), "no list");
        look();
        attributes.keySet().removeIf(path -> path.endsWith("resource"));
        assertTrue(MemoryTypeList.of(devices, NODE).isEmpty(), "no BARs");
    }

    @ParameterizedTest
    @CsvSource({
        "UNKNOWN, UNKNOWN, UNKNOWN, false", "CACHED, UNKNOWN, CACHED, true", "UNKNOWN, WC, WRITE_COMBINED, true",
        "UNKNOWN, NONE, CACHED, false", "CACHED, NONE, CACHED, false", "UNCACHED, WC, UNCACHED, true", "UNKNOWN, UNCACHED, UNCACHED, true"
    })
    void kernelCountsForMoreThanTheOperatorAndTheOperatorForMoreThanNothing(
            Caching listed, HostMapInfo told, Caching caching, boolean guestMappable) {
        assertEquals(new HostMapping(caching, guestMappable), HostMapping.of(listed, told, NODE));
    }
}
