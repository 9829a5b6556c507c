package dmabuf.sim;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The parameters of a kernel module, numbers that can be read and set under {@code /sys/module/NAME/parameters}. */
final class ModuleParameters {

    private final String module;
    private final Map<String, Integer> values;

    ModuleParameters(String module, Map<String, Integer> defaults) {
        this.module = module;
        this.values = new ConcurrentHashMap<>(defaults);
    }

    String module() {
        return module;
    }

    int get(String parameter) {
        return values.get(parameter);
    }

    /** Sets a parameter; false when the module has none of this name. */
    boolean set(String parameter, int value) {
        return values.replace(parameter, value) != null;
    }

    /** Reads a parameter by its path in sysfs. */
    Optional<String> attribute(String path) {
        String folder = "/sys/module/" + module + "/parameters/";
        return path.startsWith(folder)
                ? Optional.ofNullable(values.get(path.substring(folder.length()))).map(Object::toString)
                : Optional.empty();
    }
}
