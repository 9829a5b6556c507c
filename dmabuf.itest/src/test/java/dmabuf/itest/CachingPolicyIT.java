package dmabuf.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.BufferSource;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.MappingMode;
import dmabuf.api.MmapPolicy;
import dmabuf.api.Placement;
import dmabuf.itest.container.InContainer;
import dmabuf.sim.SimulatedGpu;
import dmabuf.sim.SimulatedKernel;
import dmabuf.sim.SimulatedMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.BundleContext;

/** The table in docs/caching-policy.md and what the exporters say of their buffers: neither has a row that the other has not. */
@InContainer(DmaBufPlatform.class)
@ExtendWith(NoLeaks.class)
class CachingPolicyIT {

    private static final Path DOCUMENT = Path.of("../docs/caching-policy.md");
    private static final String CARD = "/dev/dri/card7";
    private static final String RENDER_NODE = "/dev/dri/renderD135";

    /** Where a row's device is, and what has to be plugged in there; null for what every simulated machine has. */
    private record Place(String node, SimulatedGpu gpu) {}

    private static final Map<String, Place> PLACES = Map.ofEntries(
            Map.entry("udmabuf, any", new Place("/dev/udmabuf", null)),
            Map.entry("heap, system", new Place("/dev/dma_heap/system", null)),
            Map.entry("heap, cma", new Place("/dev/dma_heap/linux,cma", null)),
            Map.entry("kms, vgem", new Place(CARD, SimulatedGpu.VGEM)),
            Map.entry("kms, virtio_gpu", new Place(CARD, SimulatedGpu.VIRTIO_GPU)),
            Map.entry("i915, integrated, LLC", new Place(RENDER_NODE, SimulatedGpu.I915_LLC)),
            Map.entry("i915, integrated, no LLC", new Place(RENDER_NODE, SimulatedGpu.I915_NO_LLC)),
            Map.entry("i915, integrated, graphics 12.70 or later", new Place(RENDER_NODE, SimulatedGpu.I915_METEOR_LAKE)),
            Map.entry("i915, discrete", new Place(RENDER_NODE, SimulatedGpu.I915_DISCRETE)),
            Map.entry("virtio, without blobs", new Place(RENDER_NODE, SimulatedGpu.VIRTIO_GPU)),
            Map.entry("virtio, with blobs", new Place(RENDER_NODE, SimulatedGpu.VIRTIO_GPU_BLOB)),
            Map.entry("virtio, host memory, map_info NONE", new Place(RENDER_NODE, SimulatedGpu.VIRTIO_GPU_HOST_NONE)),
            Map.entry("virtio, host memory, map_info CACHED", new Place(RENDER_NODE, SimulatedGpu.VIRTIO_GPU_HOST_CACHED)),
            Map.entry("virtio, host memory, map_info UNCACHED", new Place(RENDER_NODE, SimulatedGpu.VIRTIO_GPU_HOST_UNCACHED)),
            Map.entry("virtio, host memory, map_info WC", new Place(RENDER_NODE, SimulatedGpu.VIRTIO_GPU_HOST_WC)));

    /** A row of the table, without its last two columns, which only people can judge. */
    private record Row(String exporter, String device, String asked, String mode, String policy) {

        static Row of(String line) {
            List<String> cells = List.of(line.substring(1).split("\\|")).stream().map(String::strip).toList();
            assertEquals(10, cells.size(), line);
            assertTrue(cells.get(8).matches("`\\w+`"), () -> "who decides it? " + line);
            assertTrue(!cells.get(9).isEmpty(), () -> "where was it seen? " + line);
            return new Row(cells.get(0), cells.get(1), cells.get(2), cells.get(3), String.join(" | ", cells.subList(4, 8)));
        }

        String place() {
            return exporter + ", " + device;
        }
    }

    private final Deployment deployment;
    private SimulatedMachine machine;

    CachingPolicyIT(BundleContext context) {
        deployment = new Deployment(context);
    }

    @BeforeEach
    void deploy() throws Exception {
        machine = deployment.service(SimulatedKernel.class, "").machine();
        machine.plug("/dev/dma_heap/linux,cma");
    }

    @AfterEach
    void undeploy() throws Exception {
        machine.unplug("/dev/dma_heap/linux,cma");
        machine.unplug(CARD);
        deployment.close();
    }

    private static List<Row> table() throws IOException {
        return Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| exporter |"))
                .map(Row::of)
                .toList();
    }

    @Test
    void tableSaysOfEveryModeWhatTheExporterSays() throws Exception {
        List<Row> table = table();
        Set<String> exporters = new TreeSet<>(table.stream().map(Row::exporter).toList());
        for (String exporter : exporters) {
            deployment.configure("exporter." + exporter, Map.of("kernel", "simulated"));
            deployment.install("exporter." + exporter);
        }
        Map<String, Map<String, List<Row>>> asked = new LinkedHashMap<>();
        for (Row row : table) {
            asked.computeIfAbsent(row.place(), key -> new LinkedHashMap<>()).computeIfAbsent(row.asked(), key -> new ArrayList<>()).add(row);
        }
        assertEquals(PLACES.keySet(), asked.keySet(), "a device that nobody plugs in, or that has no row");
        for (Map.Entry<String, Map<String, List<Row>>> device : asked.entrySet()) {
            BufferSource source = source(device.getKey());
            device.getValue().forEach((request, rows) -> assertEquals(rows, said(source, rows.getFirst()), device.getKey() + ", " + request));
        }
    }

    private BufferSource source(String place) {
        Place where = PLACES.get(place);
        if (where.gpu() != null) {
            machine.unplug(CARD);
            deployment.awaitNoSource("(|(dmabuf.device=" + CARD + ")(dmabuf.device=" + RENDER_NODE + "))");
            machine.plug(CARD, where.gpu());
        }
        String exporter = place.substring(0, place.indexOf(','));
        return deployment.source("(&(dmabuf.exporter=" + exporter + ")(dmabuf.device=" + where.node() + "))");
    }

    /** The rows as the exporter would write them. */
    private static List<Row> said(BufferSource source, Row sample) {
        try (DmaBuf buffer = source.export(request(sample.asked()))) {
            return buffer.modes().stream()
                    .map(mode -> new Row(sample.exporter(), sample.device(), sample.asked(), mode.name(), words(mode)))
                    .toList();
        }
    }

    private static ExportRequest request(String asked) {
        ExportRequest request = ExportRequest.ofSize(4096);
        if (asked.equals("nothing")) {
            return request;
        }
        for (String each : asked.split(" ")) {
            String key = each.substring(0, each.indexOf('='));
            String value = each.substring(each.indexOf('=') + 1);
            request = key.equals("placement") ? request.withPlacement(Placement.ofProperty(value)) : request.withOption(key, value);
        }
        return request;
    }

    private static String words(MappingMode mode) {
        MmapPolicy policy = mode.policy();
        return String.join(" | ", policy.mappable() ? policy.caching().property() : "not mappable", yes(policy.needsSync()),
                policy.memory().name().toLowerCase(Locale.ROOT), yes(policy.guestMappable()));
    }

    private static String yes(boolean is) {
        return is ? "yes" : "no";
    }
}
