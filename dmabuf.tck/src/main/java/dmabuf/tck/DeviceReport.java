package dmabuf.tck;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.fd.KernelKind;
import dmabuf.linux.DeviceNode;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;
import dmabuf.linux.drm.DrmDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a device of somebody's machine answers to the cases that are safe on it, as a text to send in. It tells the kernel's release, the
 * driver, what the driver says of the device, and every answer; and nothing else of the machine. Immutable.
 *
 * <p>With a DRM node the cases of udmabuf and of the heap are asked too, where their nodes are there; with another node, the cases that
 * need it.
 */
public final class DeviceReport {

    private static final String DRM_FOLDER = "/dev/dri/";
    /** What some cases need, and is no device. */
    private static final String SHARED_MEMORY = "/dev/shm";

    private final KernelKind kernel;
    private final String driver;
    private final Set<String> traits;
    private final List<CaseResult> asked;
    private final int others;

    private DeviceReport(KernelKind kernel, String driver, Set<String> traits, List<CaseResult> asked, int others) {
        this.kernel = kernel;
        this.driver = driver;
        this.traits = traits;
        this.asked = asked;
        this.others = others;
    }

    /**
     * Asks a device all cases that are safe and that it has what they need for.
     *
     * @param kernel the real or a simulated one
     * @param node the device's node
     * @return the report
     * @throws DmaBufException ENOENT without such a node, EACCES or EPERM without permission, each with what to do about it; EOPNOTSUPP
     *     when the table has no case for it, with the drivers that it has cases for
     */
    public static DeviceReport ask(Syscalls kernel, String node) {
        boolean drm = node.startsWith(DRM_FOLDER);
        String driver = drm ? driverOf(kernel, node) : nameOf(kernel, node);
        List<Case> cases = CaseTable.cases().stream().filter(Case::isSafe).toList();
        DrmNodes nodes = new DrmNodes(kernel, node);
        boolean has = cases.stream()
                .flatMap(each -> each.needs().stream())
                .anyMatch(need -> drm ? nodes.find(need).isPresent() : need.equals(node) && !need.equals(SHARED_MEMORY));
        if (!has) {
            throw new DmaBufException(
                    Errno.EOPNOTSUPP, "test", node + ", driver " + driver, "there are safe cases for " + String.join(", ", known(cases)));
        }
        CaseRunner runner = new CaseRunner(kernel, node);
        List<CaseResult> asked = new ArrayList<>();
        for (Case each : cases) {
            if (drm || each.needs().contains(node)) {
                CaseResult result = runner.run(each);
                if (result.missing().isEmpty()) {
                    asked.add(result);
                }
            }
        }
        return new DeviceReport(kernel.kind(), driver, nodes.traits(), List.copyOf(asked), cases.size() - asked.size());
    }

    private static String driverOf(Syscalls kernel, String node) {
        open(kernel, node).close(); // Says what to do when that cannot be done.
        try (DrmDevice device = DrmDevice.open(kernel, node)) {
            return device.driver();
        }
    }

    private static String nameOf(Syscalls kernel, String node) {
        open(kernel, node).close();
        return node.substring(node.lastIndexOf('/') + 1);
    }

    private static Fd open(Syscalls kernel, String node) {
        return DeviceNode.open(kernel, node, node.startsWith(DRM_FOLDER) ? Posix.O_RDWR : Posix.O_RDONLY, neighbours(kernel, node));
    }

    /** The devices beside one that is not there; of a folder with devices of all sorts nothing. */
    private static String neighbours(Syscalls kernel, String node) {
        String folder = node.substring(0, Math.max(0, node.lastIndexOf('/')));
        List<String> there = folder.equals("/dev") ? List.of() : kernel.devices().list(folder);
        return there.isEmpty() ? "is its driver loaded?" : "there are " + String.join(", ", there);
    }

    /** What the safe cases can be asked of: nodes, and drivers with the kind of node. */
    private static Set<String> known(List<Case> cases) {
        Set<String> known = new TreeSet<>();
        for (Case each : cases) {
            for (String need : each.needs()) {
                if (need.startsWith(DrmNodes.PREFIX)) {
                    String kind = need.substring(need.lastIndexOf(':') + 1);
                    known.add(need.substring(DrmNodes.PREFIX.length()).split("[+:]")[0] + " (" + kind + " node)");
                } else if (need.startsWith("/dev/") && !need.equals(SHARED_MEMORY)) {
                    known.add(need);
                }
            }
        }
        return known;
    }

    private String release() {
        return kernel == KernelKind.SIMULATED
                ? "simulated"
                : System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch");
    }

    /**
     * Tells whether the device answers as the table says.
     *
     * @return true when no answer differs
     */
    public boolean holds() {
        return differences().isEmpty();
    }

    /**
     * Gives the cases of which an answer differs from the table; of a simulated kernel, only where the table does not say that it has to.
     *
     * @return them, in the order of the table
     */
    public List<CaseResult> differences() {
        return asked.stream().filter(result -> !result.asExpected() && !isExcused(result.asked())).toList();
    }

    private boolean isExcused(Case asked) {
        return kernel == KernelKind.SIMULATED && asked.deviation().isPresent();
    }

    /**
     * Gives the cases that were asked.
     *
     * @return them, in the order of the table
     */
    public List<CaseResult> asked() {
        return asked;
    }

    /** Says the figures, then what differs, then every answer. */
    @Override
    public String toString() {
        List<CaseResult> differences = differences();
        long first = asked.stream().filter(result -> result.asked().unconfirmed().isPresent()).count();
        StringBuilder text = new StringBuilder();
        line(text, "kernel: " + release());
        line(text, "driver: " + driver);
        line(text, "traits: " + (traits.isEmpty() ? "none are known of this driver" : String.join(", ", traits)));
        line(text, "cases: " + asked.size() + " asked, " + (asked.size() - differences.size()) + " as the table says, "
                + differences.size() + " differ; " + others + " need something else");
        line(text, "never asked of a real device before: " + first);
        line(text, "");
        line(text, differences.isEmpty() ? "differences: none" : "differences:");
        for (CaseResult result : differences) {
            line(text, "  " + result.asked().name() + why(result.asked().unconfirmed()));
            result.deviations().forEach(step -> line(text, "    " + step.describe()));
        }
        line(text, "");
        line(text, "answers:");
        for (CaseResult result : asked) {
            line(text, "  " + result.asked().name());
            result.steps().forEach(step -> line(text, "    " + step.step().text() + " -> " + step.answer()));
        }
        return text.toString();
    }

    private static String why(Optional<String> unconfirmed) {
        return unconfirmed.map(reason -> " [unconfirmed: " + reason + "]").orElse("");
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append('\n');
    }
}
