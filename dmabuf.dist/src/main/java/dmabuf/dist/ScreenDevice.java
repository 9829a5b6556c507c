package dmabuf.dist;

import java.util.List;
import java.util.Optional;

/**
 * Which device the verb screen is to show. A driver opens no VFIO device that its configuration does not name, since that would take it
 * from a virtual machine; who names one here has named it. One that is to be drawn on is opened by the verb itself.
 */
final class ScreenDevice {

    /** The PID of the driver. Its property {@code devices} names what it opens. */
    static final String PID = "exporter.vfio";

    static final String DEVICES = "devices";

    private static final String OPTION = "--device";

    private ScreenDevice() {}

    /** What follows {@code --device}, unless the verb opens it itself. */
    static Optional<String> named(List<String> arguments) {
        if (arguments.contains("--draw")) {
            return Optional.empty();
        }
        for (int i = 0; i < arguments.size(); i++) {
            String each = arguments.get(i);
            if (each.startsWith(OPTION + "=")) {
                return Optional.of(each.substring(OPTION.length() + 1));
            }
            if (each.equals(OPTION) && i + 1 < arguments.size()) {
                return Optional.of(arguments.get(i + 1));
            }
        }
        return Optional.empty();
    }
}
