package dmabuf.demo;

import dmabuf.api.ExporterProperties;
import dmabuf.fd.KernelKind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Exporters in few words, however many there are. */
final class ExporterList {

    private ExporterList() {}

    /** By driver, with the number of devices where it is not one: {@code heap, i915 (4 devices, simulated)}. */
    static String words(List<ExporterProperties> exporters) {
        Map<String, Map<KernelKind, Integer>> counts = new TreeMap<>();
        exporters.forEach(one ->
                counts.computeIfAbsent(one.exporter(), name -> new TreeMap<>()).merge(one.kernel(), 1, Integer::sum));
        return counts.entrySet().stream()
                .flatMap(driver -> driver.getValue().entrySet().stream()
                        .map(kind -> words(driver.getKey(), kind.getKey(), kind.getValue())))
                .collect(Collectors.joining(", "));
    }

    private static String words(String name, KernelKind kernel, int count) {
        String devices = count == 1 ? "" : count + " devices";
        String simulated = kernel == KernelKind.SIMULATED ? "simulated" : "";
        String both = devices + (devices.isEmpty() || simulated.isEmpty() ? "" : ", ") + simulated;
        return name + (both.isEmpty() ? "" : " (" + both + ")");
    }
}
