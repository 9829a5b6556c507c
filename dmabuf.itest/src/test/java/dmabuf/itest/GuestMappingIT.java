package dmabuf.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.BufferSource;
import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.ExporterProperties;
import dmabuf.api.MappingMode;
import dmabuf.api.MmapPolicy;
import dmabuf.api.Placement;
import dmabuf.api.VirtioMapInfo;
import dmabuf.itest.container.InContainer;
import dmabuf.sim.MachineDescription;
import dmabuf.sim.SimulatedGpu;
import dmabuf.sim.SimulatedKernel;
import dmabuf.sim.SimulatedMachine;
import importer.vmm.GuestMemory;
import importer.vmm.GuestOptions;
import importer.vmm.GuestSlot;
import importer.vmm.SlotException;
import importer.vmm.SlotRequest;
import importer.vmm.Vmm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * The way of a cache attribute from a host's exporter into its guest: exporter, policy, slot, {@code map_info}, the guest's own driver,
 * policy. It is the same at both ends, for every buffer in every mode of every exporter on a machine that has all devices at once; or the
 * guest does not get it. The table in docs/guest-mapping.md says the same. To write it anew: {@code -Ddmabuf.docs=write}.
 */
@InContainer(VmmPlatform.class)
@ExtendWith(NoLeaks.class)
class GuestMappingIT {

    private static final Path DOCUMENT = Path.of("../docs/guest-mapping.md");
    private static final Path POLICIES = Path.of("../docs/caching-policy.md");
    private static final String HEADER = "| exporter |";
    private static final List<String> EXPORTERS = List.of("udmabuf", "heap", "kms", "i915", "virtio");
    /** Between these lines is what is compared. */
    private static final String BEGIN = "|---|---|---|---|---|---|---|---|";

    private static final String END = "## What becomes of it";
    private static final String CMA = "/dev/dma_heap/linux,cma";
    private static final String CARD = "/dev/dri/card";
    private static final String RENDER_NODE = "/dev/dri/renderD";
    private static final long AT = 1L << 32;

    /** The guest's device, by what its host says. */
    private static final Map<VirtioMapInfo, SimulatedGpu> DEVICES_OF_GUESTS = Map.of(
            VirtioMapInfo.NONE, SimulatedGpu.VIRTIO_GPU_HOST_NONE,
            VirtioMapInfo.CACHED, SimulatedGpu.VIRTIO_GPU_HOST_CACHED,
            VirtioMapInfo.UNCACHED, SimulatedGpu.VIRTIO_GPU_HOST_UNCACHED,
            VirtioMapInfo.WRITE_COMBINED, SimulatedGpu.VIRTIO_GPU_HOST_WC);

    /** A device and an exporter on it, as the policies' table calls them. */
    private record Place(String exporter, String device) {}

    /** What is asked for, and what comes of it; the guest's cells are empty when it gets nothing. */
    private record Row(Place place, String asked, String mode, String host, String mapInfo, String guest, String oldRule) {

        boolean isOldRuleWrong() {
            return oldRule.contains("wrong");
        }

        String line() {
            return "| " + String.join(" | ", place.exporter(), place.device(), asked, mode, host, mapInfo, guest, oldRule) + " |";
        }
    }

    private final Deployment deployment;
    private SimulatedMachine machine;
    private Vmm vmm;

    GuestMappingIT(BundleContext context) {
        deployment = new Deployment(context);
    }

    @BeforeEach
    void deploy() throws Exception {
        machine = deployment.service(SimulatedKernel.class, "").machine();
        machine.become(MachineDescription.named("all"));
        machine.plug(CMA);
        for (String exporter : EXPORTERS) {
            deployment.configure("exporter." + exporter, Map.of("kernel", "simulated"));
            deployment.install("exporter." + exporter);
        }
        vmm = deployment.service(Vmm.class, "");
    }

    @AfterEach
    void undeploy() throws Exception {
        machine.become(MachineDescription.named(MachineDescription.DEFAULT));
        deployment.close();
    }

    // --- what there is ---------------------------------------------------------------------------------------------------------------

    private SimulatedGpu gpu(String node) {
        String card = node.startsWith(RENDER_NODE) ? CARD + (Integer.parseInt(node.substring(RENDER_NODE.length())) - 128) : node;
        return (SimulatedGpu) machine.describe().devices().get(card).orElseThrow();
    }

    private boolean isI915(String node) {
        return node.startsWith("/dev/dri/") && gpu(node).name().startsWith("I915");
    }

    private Place place(BufferSource source) {
        ExporterProperties properties = source.properties();
        String node = properties.device();
        String device =
                switch (properties.exporter()) {
                    case "udmabuf" -> "any";
                    case "heap" -> node.equals(CMA) ? "cma" : "system";
                    case "kms" -> gpu(node) == SimulatedGpu.VGEM ? "vgem" : isI915(node) ? "i915" : "virtio_gpu";
                    default -> switch (gpu(node)) {
                        case I915_LLC -> "integrated, LLC";
                        case I915_NO_LLC -> "integrated, no LLC";
                        case I915_METEOR_LAKE -> "integrated, graphics 12.70 or later";
                        case I915_DISCRETE -> "discrete";
                        case VIRTIO_GPU -> "without blobs";
                        case VIRTIO_GPU_BLOB -> "with blobs";
                        case VIRTIO_GPU_HOST_NONE -> "host memory, map_info NONE";
                        case VIRTIO_GPU_HOST_CACHED -> "host memory, map_info CACHED";
                        case VIRTIO_GPU_HOST_UNCACHED -> "host memory, map_info UNCACHED";
                        case VIRTIO_GPU_HOST_WC -> "host memory, map_info WC";
                        default -> throw new AssertionError("no name for " + node);
                    };
                };
        return new Place(properties.exporter(), device);
    }

    /** What can be asked for in each place, by the table of policies, which is compared with the exporters elsewhere. */
    private static Map<Place, Set<String>> requests() throws IOException {
        Map<Place, Set<String>> requests = new LinkedHashMap<>();
        Files.readAllLines(POLICIES).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith(HEADER))
                .map(line -> List.of(line.substring(1).split("\\|")).stream().map(String::strip).toList())
                .forEach(cells -> requests
                        .computeIfAbsent(new Place(cells.get(0), cells.get(1)), key -> new LinkedHashSet<>())
                        .add(cells.get(2)));
        // Of drivers that are not in that table exporter.kms says nothing.
        requests.put(new Place("kms", "i915"), Set.of("nothing"));
        return requests;
    }

    private static ExportRequest request(String asked) {
        ExportRequest request = ExportRequest.ofSize(2 * 4096);
        if (asked.equals("nothing")) {
            return request;
        }
        String[] option = asked.split("=");
        return option[0].equals("placement")
                ? request.withPlacement(Placement.ofProperty(option[1]))
                : request.withOption(option[0], option[1]);
    }

    /** All sources of the machine: devices with all of the exporters that serve them. */
    private List<BufferSource> sources() {
        long gpus = machine.describe().devices().values().stream().flatMap(Optional::stream).filter(SimulatedGpu.class::isInstance).count();
        // Each card is one of exporter.kms's too, and vgem is nobody else's.
        Await.until("the sources of all devices", () -> deployment.sources("(dmabuf.exporter=kms)").size() == gpus
                && deployment.sources("(|(dmabuf.exporter=i915)(dmabuf.exporter=virtio))").size() == gpus - 1
                && deployment.sources("(dmabuf.exporter=heap)").size() == 2
                && deployment.sources(Deployment.UDMABUF).size() == 1);
        return deployment.dmaBufs().sources();
    }

    // --- the chain -------------------------------------------------------------------------------------------------------------------

    /** The rule of old, by which monitors went: of the driver they knew the name. */
    private Caching oldRule(BufferSource source) {
        return isI915(source.properties().device()) ? Caching.CACHED : Caching.WRITE_COMBINED;
    }

    private List<Row> rows(BufferSource source, String asked, GuestMemory guest) {
        List<Row> rows = new ArrayList<>();
        try (DmaBuf buffer = source.export(request(asked))) {
            for (MappingMode mode : buffer.modes()) {
                rows.add(row(source, asked, buffer, mode, guest));
            }
        }
        return rows;
    }

    private Row row(BufferSource source, String asked, DmaBuf buffer, MappingMode mode, GuestMemory guest) {
        Caching truth = mode.policy().caching();
        String old = oldRule(source).property();
        SlotRequest request = SlotRequest.whole().mode(mode.name());
        if (!mode.policy().guestMappable()) {
            SlotException refused = assertThrows(SlotException.class, () -> guest.map(buffer, AT, request));
            return new Row(
                    place(source), asked, mode.name(), truth.property(), "refused: `" + refused.problem() + "`", "not mapped",
                    old + (truth == Caching.UNKNOWN ? ", a guess" : ", wrong"));
        }
        try (GuestSlot slot = guest.map(buffer, AT, request)) {
            assertEquals(truth, slot.policy().caching(), "the host's mapping is another one than " + mode);
            VirtioMapInfo told = slot.mapInfo();
            MmapPolicy read = VirtioMapInfo.policy(slot.mapInfoWithAccess());
            assertEquals(slot.policy().access(), read.access());
            assertEquals(truth, read.caching());
            Caching inGuest = inGuest(told);
            assertEquals(truth, inGuest, () -> source.properties() + ", " + asked + ", " + mode);
            return new Row(
                    place(source), asked, mode.name(), truth.property(), told.value() + " (" + told.word() + ")", inGuest.property(),
                    old + (truth == oldRule(source) ? "" : ", wrong"));
        }
    }

    /** What the guest's own driver and exporter make of it: one policy, in every mode of the blob. */
    private Caching inGuest(VirtioMapInfo told) {
        BufferSource guest = deployment.dmaBufs().sources().stream()
                .filter(source -> source.properties().exporter().equals("virtio"))
                .filter(source -> gpu(source.properties().device()) == DEVICES_OF_GUESTS.get(told))
                .findFirst()
                .orElseThrow();
        try (DmaBuf blob = guest.export(ExportRequest.ofSize(4096).withPlacement(Placement.DEVICE))) {
            List<Caching> all = blob.modes().stream().map(mode -> mode.policy().caching()).distinct().toList();
            assertEquals(1, all.size(), blob.modes()::toString);
            return all.getFirst();
        }
    }

    @Test
    void attributeIsTheSameAtBothEndsOfTheChain() throws Exception {
        List<BufferSource> sources = sources();
        Map<Place, Set<String>> requests = requests();
        Map<Place, List<Row>> found = new LinkedHashMap<>();
        Map<String, List<Row>> bySource = new TreeMap<>();
        try (GuestMemory guest = vmm.create(GuestOptions.named("chain"))) {
            for (BufferSource source : sources) {
                Place place = place(source);
                assertTrue(requests.containsKey(place), () -> "no policies are known of " + place);
                List<Row> rows = requests.get(place).stream().flatMap(asked -> rows(source, asked, guest).stream()).toList();
                // Cards of one driver are one place, and alike.
                assertEquals(rows, found.computeIfAbsent(place, key -> rows), () -> source.properties().toString());
                bySource.put(place.exporter() + " " + source.properties().device(), rows);
            }
        }
        assertEquals(requests.keySet(), found.keySet(), "a place that no device of the machine is");
        List<Row> all = requests.keySet().stream().flatMap(place -> found.get(place).stream()).toList();
        List<String> lines = new ArrayList<>(all.stream().map(Row::line).toList());
        lines.add(summary(bySource.values()));
        compare(lines);
    }

    /** How often the old rule is wrong, of the mapping that it was made for: that of the dma-buf. */
    private static String summary(Collection<List<Row>> devices) {
        long plain = devices.stream()
                .filter(rows -> rows.stream().anyMatch(row -> row.asked().equals("nothing") && isDmaBuf(row) && row.isOldRuleWrong()))
                .count();
        long some = devices.stream().filter(rows -> rows.stream().anyMatch(row -> isDmaBuf(row) && row.isOldRuleWrong())).count();
        long rows = devices.stream().mapToLong(List::size).sum();
        return "The old rule is wrong on " + plain + " of " + devices.size() + " devices (counted once for each exporter) when nothing is"
                + " asked for, and on " + some + " for some buffer. Ours is wrong in none of " + rows
                + " cases (devices that are alike share rows).";
    }

    private static boolean isDmaBuf(Row row) {
        return row.mode().equals(MappingMode.DMA_BUF);
    }

    private static void compare(List<String> lines) throws IOException {
        List<String> document = Files.readAllLines(DOCUMENT);
        int first = document.indexOf(BEGIN) + 1;
        int end = document.indexOf(END) - 1;
        List<String> ours = new ArrayList<>(lines.subList(0, lines.size() - 1));
        ours.add("");
        ours.add(lines.getLast());
        if ("write".equals(System.getProperty("dmabuf.docs"))) {
            List<String> written = new ArrayList<>(document.subList(0, first));
            written.addAll(ours);
            written.addAll(document.subList(end, document.size()));
            Files.write(DOCUMENT, written);
            return;
        }
        assertEquals(String.join("\n", ours), String.join("\n", document.subList(first, end)));
    }

    @Test
    void wordOfTheHostIsOneThatTheGuestsExporterTakes() throws Exception {
        for (VirtioMapInfo told : VirtioMapInfo.values()) {
            deployment.configure("exporter.virtio", Map.of("kernel", "simulated", "hostMapInfo", told.word()));
            String node = machine.describe().devices().entrySet().stream()
                    .filter(device -> device.getValue().filter(DEVICES_OF_GUESTS.get(told)::equals).isPresent())
                    .map(device -> RENDER_NODE + (128 + Integer.parseInt(device.getKey().substring(CARD.length()))))
                    .findFirst()
                    .orElseThrow();
            String filter = "(&(dmabuf.exporter=virtio)(dmabuf.device=" + node + "))";
            Await.until("the guest's exporter, told " + told.word(), () -> {
                List<ServiceReference<BufferSource>> now = deployment.sources(filter);
                return !now.isEmpty() && isTold(deployment.source(filter), told);
            });
        }
    }

    /** Whether a blob of the host is mapped as the host said, and said to be for guests of the guest when the host said anything. */
    private static boolean isTold(BufferSource source, VirtioMapInfo told) {
        try (DmaBuf blob = source.export(ExportRequest.ofSize(4096).withPlacement(Placement.DEVICE))) {
            Caching expected = told == VirtioMapInfo.NONE ? Caching.CACHED : VirtioMapInfo.policy(told.value()).caching();
            return blob.policy().caching() == expected && blob.policy().guestMappable() == (told != VirtioMapInfo.NONE);
        } catch (ExporterGoneException e) {
            return false; // The one before.
        }
    }
}
