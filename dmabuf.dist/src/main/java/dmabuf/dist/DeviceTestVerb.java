package dmabuf.dist;

import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Syscalls;
import dmabuf.shell.Options;
import dmabuf.sim.MachineDescription;
import dmabuf.sim.SimulatedKernel;
import dmabuf.tck.DeviceReport;
import java.util.Set;

/** The verb {@code test} with {@code --device}: asks one device of this machine what is safe to ask it, and prints a report to send in. */
final class DeviceTestVerb {

    private static final String DEVICE = "--device";
    private static final String SIMULATED = "simulated";

    private DeviceTestVerb() {}

    static int run(CommandLine line) {
        Options options = Options.parse(line.rest().toArray(String[]::new), Set.of(), Set.of(DEVICE)).withoutOperands();
        String node = options.required(DEVICE);
        if (!kernel(line).equals(SIMULATED)) {
            return report(new LinuxSyscalls(), node);
        }
        try (SimulatedKernel kernel = new SimulatedKernel()) {
            kernel.machine().become(MachineDescription.named(line.machine().isEmpty() ? MachineDescription.DEFAULT : line.machine()));
            return report(kernel, node);
        }
    }

    /** Whose device it is: this machine's, unless a simulated one is asked for. */
    static String kernel(CommandLine line) {
        return line.kernel().equals(SIMULATED) ? SIMULATED : "linux";
    }

    private static int report(Syscalls kernel, String node) {
        DeviceReport report = DeviceReport.ask(kernel, node);
        System.out.print(report);
        return report.holds() ? 0 : 1;
    }
}
