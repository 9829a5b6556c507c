package dmabuf.dist;

import dmabuf.shell.UsageException;
import java.util.List;

/** The machines that the simulation can be, as {@code --machine} names them. */
final class SimulatedMachines {

    /** The PID of the simulation. Its property {@code machine} names the machine that it is to be. */
    static final String PID = "dmabuf.sim";

    static final String MACHINE = "machine";

    /** The one that the demonstration runs on when nobody says otherwise. */
    static final String EVERYTHING = "all";

    /** In the order in which help lists them. */
    static final List<String> NAMES =
            List.of("default", "laptop", "atom", "meteorlake", "discrete", "vm", "vm-classic", "vm-3d", EVERYTHING);

    private SimulatedMachines() {}

    /** The name itself, if there is such a machine. */
    static String checked(String name) {
        if (!NAMES.contains(name)) {
            throw new UsageException("no simulated machine is called \"" + name + "\"; there are: " + String.join(", ", NAMES));
        }
        return name;
    }
}
