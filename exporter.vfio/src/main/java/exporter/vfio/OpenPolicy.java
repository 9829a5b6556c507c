package exporter.vfio;

import dmabuf.fd.KernelKind;
import dmabuf.linux.vfio.VfioNode;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which devices are opened here. Opening a device's group takes it from whoever is about to use it, and closing the device resets it: so a
 * real one is opened only if the operator has named it. Simulated ones are nobody's.
 *
 * @param named nodes, names, or {@code *}
 */
record OpenPolicy(List<String> named) {

    /** Separates them at commas, as people write them into files. */
    OpenPolicy {
        named = named.stream().flatMap(each -> Stream.of(each.split(","))).map(String::strip).filter(each -> !each.isEmpty()).toList();
    }

    boolean opens(KernelKind kernel, VfioNode device) {
        return kernel == KernelKind.SIMULATED
                || named.stream().anyMatch(
                        each -> each.equals("*") || each.equals(device.node()) || each.equalsIgnoreCase(device.name()));
    }
}
