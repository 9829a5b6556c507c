package dmabuf.display.impl;

import dmabuf.api.ExporterProperties;
import dmabuf.fd.KernelKind;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import java.util.Objects;

/**
 * By what the services belong together that are about one screen.
 *
 * @param exporter the driver's name
 * @param device the device's name
 * @param kernel of which kernel it is
 */
record ScreenKey(String exporter, String device, KernelKind kernel) implements Comparable<ScreenKey> {

    ScreenKey {
        Objects.requireNonNull(exporter, ExporterProperties.EXPORTER);
        Objects.requireNonNull(device, ExporterProperties.DEVICE);
        Objects.requireNonNull(kernel, ExporterProperties.KERNEL);
    }

    /** @throws IllegalArgumentException when a property is missing, or none of the kinds of kernel */
    static ScreenKey of(Map<String, ?> properties) {
        Map<String, Object> identity = new HashMap<>();
        for (String key : new String[] {ExporterProperties.EXPORTER, ExporterProperties.DEVICE, ExporterProperties.KERNEL}) {
            identity.put(key, properties.get(key));
        }
        return of(ExporterProperties.of(identity));
    }

    static ScreenKey of(ExporterProperties properties) {
        return new ScreenKey(properties.exporter(), properties.device(), properties.kernel());
    }

    Hashtable<String, Object> properties() {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(ExporterProperties.EXPORTER, exporter);
        properties.put(ExporterProperties.DEVICE, device);
        properties.put(ExporterProperties.KERNEL, kernel.property());
        return properties;
    }

    /** Real ones first. */
    @Override
    public int compareTo(ScreenKey other) {
        int order = kernel.compareTo(other.kernel);
        order = order != 0 ? order : device.compareTo(other.device);
        return order != 0 ? order : exporter.compareTo(other.exporter);
    }

    @Override
    public String toString() {
        return exporter + " on " + device + (kernel == KernelKind.SIMULATED ? " (simulated)" : "");
    }
}
