package dmabuf.dist;

import static dmabuf.dist.Command.dmabuf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Caching;
import dmabuf.sim.MachineDescription;
import dmabuf.sim.SimulatedGpu;
import dmabuf.sim.SimulatedVfio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulated machines that have a name: what is listed of each is what docs/caching-policy.md says, no exporter more and none less. */
class MachinesIT {

    private static final Path DOCUMENT = Path.of("../docs/caching-policy.md");
    private static final String CARD = "/dev/dri/card";

    /** Under which device of which exporter the table has a GPU; its card is also one of kms, under the name of its driver. */
    private static final Map<SimulatedGpu, String> ROWS = Map.ofEntries(
            Map.entry(SimulatedGpu.I915_LLC, "i915, integrated, LLC"),
            Map.entry(SimulatedGpu.I915_NO_LLC, "i915, integrated, no LLC"),
            Map.entry(SimulatedGpu.I915_METEOR_LAKE, "i915, integrated, graphics 12.70 or later"),
            Map.entry(SimulatedGpu.I915_DISCRETE, "i915, discrete"),
            Map.entry(SimulatedGpu.VIRTIO_GPU, "virtio, without blobs"),
            Map.entry(SimulatedGpu.VIRTIO_GPU_BLOB, "virtio, with blobs"),
            Map.entry(SimulatedGpu.VIRTIO_GPU_HOST_NONE, "virtio, host memory, map_info NONE"),
            Map.entry(SimulatedGpu.VIRTIO_GPU_HOST_CACHED, "virtio, host memory, map_info CACHED"),
            Map.entry(SimulatedGpu.VIRTIO_GPU_HOST_UNCACHED, "virtio, host memory, map_info UNCACHED"),
            Map.entry(SimulatedGpu.VIRTIO_GPU_HOST_WC, "virtio, host memory, map_info WC"));

    private static final Pattern LISTED = Pattern.compile(
            "\"exporter\": \"(\\w+)\", \"device\": \"([^\"]+)\", \"kernel\": \"simulated\", .*\"modes\": (\\{[^}]*})");

    static Stream<String> machines() {
        return MachineDescription.names().stream();
    }

    @ParameterizedTest
    @MethodSource("machines")
    void cachingIsThatOfTheTable(String machine) throws Exception {
        Command.Ended ended = dmabuf("exporters", "--json", "--machine", machine).run().succeeds();
        assertEquals("", ended.err());
        Map<String, String> listed = new TreeMap<>();
        for (String line : ended.out().lines().filter(one -> one.contains("{")).toList()) {
            Matcher found = LISTED.matcher(line);
            assertTrue(found.find(), line);
            listed.put(found.group(1) + " on " + found.group(2), found.group(3));
        }
        assertEquals(expected(machine), listed);
        if (machine.equals("all")) {
            assertTrue(listed.size() > exported("all") && ROWS.size() == gpus(listed), listed::toString);
        }
    }

    /** How many there are besides what every machine has, and cards as such. */
    private static long gpus(Map<String, String> listed) {
        return listed.keySet().stream().filter(one -> one.contains("/renderD")).count();
    }

    /** How many devices of a machine some exporter serves. */
    private static long exported(String machine) {
        return MachineDescription.named(machine).devices().values().stream()
                .filter(kind -> kind.isEmpty() || kind.get() instanceof SimulatedGpu || kind.get() instanceof SimulatedVfio)
                .count();
    }

    private static Map<String, String> expected(String machine) throws IOException {
        Map<String, Map<String, Set<Caching>>> table = table();
        Map<String, String> expected = new TreeMap<>();
        MachineDescription.named(machine).devices().forEach((node, kind) -> {
            if (kind.isEmpty()) {
                String exporter = node.equals("/dev/udmabuf") ? "udmabuf" : "heap";
                expected.put(exporter + " on " + node, json(table.get(exporter + ", " + (exporter.equals("heap") ? "system" : "any"))));
                return;
            }
            if (kind.get() instanceof SimulatedVfio vfio) {
                // Nobody has told how a driver of the simulation's own maps its screens.
                String mode = vfio == SimulatedVfio.VGPU_REGION ? "region" : "dma-buf";
                expected.put("vfio on " + node, json(Map.of(mode, EnumSet.of(Caching.UNKNOWN))));
                return;
            }
            if (!(kind.get() instanceof SimulatedGpu gpu)) {
                return;
            }
            Map<String, Set<Caching>> unknown = Map.of("dma-buf", EnumSet.of(Caching.UNKNOWN));
            expected.put("kms on " + node, json(table.getOrDefault("kms, " + driver(gpu), unknown)));
            String row = ROWS.get(gpu);
            if (row != null) {
                String renderNode = "/dev/dri/renderD" + (128 + Integer.parseInt(node.substring(CARD.length())));
                expected.put(row.substring(0, row.indexOf(',')) + " on " + renderNode, json(table.get(row)));
            }
        });
        return expected;
    }

    private static String driver(SimulatedGpu gpu) {
        String name = gpu.name().toLowerCase(Locale.ROOT);
        return name.startsWith("virtio") ? "virtio_gpu" : name.startsWith("i915") ? "i915" : name;
    }

    /** By exporter and device: every mode, in the table's order, with every caching that it can have. */
    private static Map<String, Map<String, Set<Caching>>> table() throws IOException {
        Map<String, Map<String, Set<Caching>>> table = new TreeMap<>();
        for (String line : Files.readAllLines(DOCUMENT)) {
            String[] cells = Stream.of(line.split("\\|")).map(String::strip).toArray(String[]::new);
            if (cells.length == 11 && !cells[1].equals("exporter") && !cells[1].startsWith("-")) {
                table.computeIfAbsent(cells[1] + ", " + cells[2], key -> new LinkedHashMap<>())
                        .computeIfAbsent(cells[4], key -> EnumSet.noneOf(Caching.class))
                        .add(Caching.ofProperty(cells[5]));
            }
        }
        return table;
    }

    private static String json(Map<String, Set<Caching>> modes) {
        return modes.entrySet().stream()
                .map(mode -> "\"" + mode.getKey() + "\": "
                        + mode.getValue().stream().map(one -> "\"" + one.property() + "\"").collect(Collectors.joining(", ", "[", "]")))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    @Test
    void configurationFileNamesAMachineOrItsDevices(@TempDir Path configuration) throws Exception {
        Path file = configuration.resolve("dmabuf.sim.cfg");
        Files.writeString(file, "machine = atom\n");
        String text = dmabuf("exporters", "--kernel", "simulated", "--conf", configuration).run().succeeds().out();
        assertEquals(1, text.lines().filter(line -> line.startsWith("i915 ")).count(), text);
        text = dmabuf("exporters", "--machine", "default", "--conf", configuration).run().succeeds().out();
        assertEquals(0, text.lines().filter(line -> line.startsWith("i915 ")).count(), "the option wins: " + text);
        Files.writeString(file, "machine = cray\n");
        Command.Ended ended = dmabuf("exporters", "--kernel", "simulated", "--conf", configuration).run();
        assertEquals(1, ended.status(), ended::toString);
        assertTrue(ended.err().contains("dmabuf.sim did not start: ") && ended.err().contains("cray"), ended::toString);
    }

    @Test
    void everyExporterIsNamedWhenNothingIsMeasured() {
        List<String> lines = dmabuf("exporters", "--measure", "--machine", "laptop").run().succeeds().out().lines().toList();
        assertEquals(
                List.of("dma-buf cached", "wb cached", "wc write-combined", "uc uncached", "gtt write-combined"),
                lines.stream().filter(line -> line.startsWith("i915 ")).map(line -> line.replaceAll(" +", " ").split(" "))
                        .map(words -> words[2] + " " + words[4]).toList());
        assertTrue(lines.stream().skip(1).allMatch(line -> line.endsWith("simulated: nothing to measure")), lines::toString);
    }
}
