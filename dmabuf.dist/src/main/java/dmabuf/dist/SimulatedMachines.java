package dmabuf.dist;

import dmabuf.shell.UsageException;
import dmabuf.sim.MachineDescription;
import java.util.List;

/** The machines that the simulation can be, as {@code --machine} names them. */
final class SimulatedMachines {

    /** The PID of the simulation. Its property {@code machine} names the machine that it is to be. */
    static final String PID = "dmabuf.sim";

    static final String MACHINE = "machine";

    /** The one that the demonstration runs on when nobody says otherwise. */
    static final String EVERYTHING = "all";

    private SimulatedMachines() {}

    /** The name itself, if there is such a machine. */
    static String checked(String name) {
        List<String> names = MachineDescription.names();
        if (!names.contains(name)) {
            throw new UsageException("no simulated machine is called \"" + name + "\"; there are: " + String.join(", ", names));
        }
        return name;
    }
}
