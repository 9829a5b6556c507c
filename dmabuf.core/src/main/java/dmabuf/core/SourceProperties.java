package dmabuf.core;

import dmabuf.api.ExporterProperties;
import dmabuf.fd.KernelKind;
import java.util.Dictionary;
import java.util.Map;
import java.util.Set;
import org.osgi.framework.Constants;

/** The service properties of a {@code BufferSource}: the exporter's, and what the core adds. */
final class SourceProperties {

    /** Set by the framework or by declarative services for every service anew. */
    private static final Set<String> NOT_COPIED_PREFIXES = Set.of("service.", "component.", "osgi.ds.", "dmabuf.");

    /** Half the width of the band of rankings at the very bottom that simulated sources have to themselves. */
    private static final int BAND = 1 << 29;

    private SourceProperties() {}

    /**
     * Makes the properties.
     *
     * @param typed what the core knows, generation and bundle included
     * @param ranking the exporter's service ranking
     * @param others the exporter's service properties, of which those of its own making are copied when they are of plain types
     */
    static Dictionary<String, Object> of(ExporterProperties typed, int ranking, Map<String, Object> others) {
        Dictionary<String, Object> properties = typed.toDictionary();
        for (Map.Entry<String, Object> other : others.entrySet()) {
            if (isItsOwn(other.getKey()) && isPlain(other.getValue())) {
                properties.put(other.getKey(), other.getValue());
            }
        }
        properties.put(Constants.SERVICE_RANKING, ranking(typed.kernel(), ranking));
        return properties;
    }

    private static boolean isItsOwn(String key) {
        for (String prefix : NOT_COPIED_PREFIXES) {
            if (key.startsWith(prefix)) {
                return false;
            }
        }
        return !key.equals(Constants.OBJECTCLASS);
    }

    /** Values whose classes are the JDK's, so that none keeps the exporter's class loader. */
    private static boolean isPlain(Object value) {
        Class<?> type = value.getClass();
        while (type.isArray()) {
            type = type.getComponentType();
        }
        return type.isPrimitive() || type == String.class || type == Boolean.class || type == Character.class
                || Number.class.isAssignableFrom(type) && type.getClassLoader() == null;
    }

    /**
     * Whoever takes the source of the highest ranking takes a real one, whatever rankings simulated ones were given: those keep their order
     * in a band at the bottom, and real ones stay above it.
     */
    static int ranking(KernelKind kernel, int exporters) {
        return kernel == KernelKind.SIMULATED
                ? Integer.MIN_VALUE + BAND + Math.clamp(exporters, -BAND, BAND - 1)
                : Math.max(exporters, Integer.MIN_VALUE + 2 * BAND);
    }
}
