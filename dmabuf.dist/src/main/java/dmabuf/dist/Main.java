package dmabuf.dist;

import dmabuf.linux.LinuxSyscalls;
import dmabuf.shell.Options;
import dmabuf.shell.UsageException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.framework.BundleException;

/** What the script {@code dmabuf} starts: finds the verb, starts what it needs, and ends with its status. */
public final class Main {

    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    /** Set once a signal ends the process: what breaks after that is no news. */
    private static volatile boolean ending;

    private Main() {}

    /**
     * Runs one verb.
     *
     * @param arguments the verb and what is for it
     */
    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) {
        boolean trace = false;
        try {
            CommandLine line = CommandLine.parse(arguments, System.getenv());
            trace = line.verbosity() > 0;
            System.setProperty(LogSetup.VERBOSITY, Integer.toString(line.verbosity()));
            return dispatch(line);
        } catch (UsageException e) {
            return report(e, false, MISUSED);
        } catch (BundleException | RuntimeException e) {
            return report(e, trace, FAILED);
        } catch (InterruptedException e) {
            return FAILED;
        }
    }

    private static int report(Exception problem, boolean trace, int status) {
        if (!ending) {
            System.err.println("dmabuf: " + (problem.getMessage() == null ? problem : problem.getMessage()));
            if (trace) {
                problem.printStackTrace();
            }
        }
        return status;
    }

    private static int dispatch(CommandLine line) throws BundleException, InterruptedException {
        return switch (line.verb()) {
            case "exporters", "export" -> inContainer(line, "base");
            case "train" -> Training.run(line) + inContainer(line, "base");
            case "import" -> ImportVerb.run(line);
            case "test" -> testDevice(line);
            case "demo", "run", "screen", "soak", "camera" -> inContainer(line, line.verb());
            default -> throw new UsageException("no such verb: " + line.verb() + "; see: dmabuf help");
        };
    }

    /** The cases without a container, and then the mappings, whose exporters live in one. Of a real machine nothing simulated is shown. */
    private static int testDevice(CommandLine line) throws BundleException, InterruptedException {
        int cases = DeviceTestVerb.run(line);
        System.out.println();
        System.out.println("mappings:");
        int mappings = inContainer(line.of("exporters", DeviceTestVerb.kernel(line), List.of("--measure")), "base");
        return Math.max(cases, mappings);
    }

    private static int inContainer(CommandLine line, String descriptor) throws BundleException, InterruptedException {
        Path root = Path.of(System.getProperty("dmabuf.home")).toAbsolutePath().normalize();
        Home home = new Home(root, line.deploy() == null ? root.resolve("deploy") : line.deploy().toAbsolutePath().normalize());
        Deployment deployment = new Deployment(home, !line.kernel().equals("linux"));
        boolean interactive = line.verb().equals("run");
        if (interactive) {
            Options.parse(line.rest().toArray(String[]::new), Set.of(), Set.of()).withoutOperands();
        }
        boolean terminal = interactive && Boolean.getBoolean("dmabuf.terminal");
        List<Path> jars = interactive ? deployment.ofRun(terminal) : deployment.ofVerb(descriptor);
        // What looks for its own resources here finds them in its bundle instead: JLine its terminals.
        Thread.currentThread().setContextClassLoader(null);
        Map<String, String> properties = properties(home);
        if (interactive || line.verbosity() > 0) {
            properties.put("ds.loglevel", "error");
        }
        if (!interactive) {
            // Nobody makes a bundle's URL from a string here, and the JVM-wide handlers for it take 10 ms to install.
            properties.put("felix.service.urlhandlers", "false");
        }
        if (line.verb().equals("exporters")) {
            // It lists what there is and ends: what comes and goes afterwards nobody would see.
            System.setProperty(LinuxSyscalls.WATCH, "false");
        }
        try (Container container = Container.create(properties, configurations(line, home))) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(container), "dmabuf shutdown"));
            container.start(jars);
            if (terminal) {
                container.await();
                return 0;
            }
            container.run("failures", List.of());
            return container.run(line.verb().equals("train") ? "exporters" : line.verb(), line.rest());
        }
    }

    private static void end(Container container) {
        ending = true;
        container.close();
    }

    private static Map<String, String> properties(Home home) {
        Map<String, String> properties = new HashMap<>(Container.properties(home.frameworkProperties()));
        properties.put("felix.fileinstall.dir", home.deploy().toString());
        System.setProperty("gosh.home", home.root().resolve("conf").toString());
        return properties;
    }

    /** A driver's PID is the symbolic name of its bundle, and its property {@code kernel} says whose devices it takes. */
    private static Configurations configurations(CommandLine line, Home home) {
        Configurations configurations = new Configurations().addFolder(line.configuration());
        if (!line.machine().isEmpty()) {
            configurations.remove(SimulatedMachines.PID).put(SimulatedMachines.PID, SimulatedMachines.MACHINE, line.machine());
        } else if (line.verb().equals("demo") && !configurations.has(SimulatedMachines.PID)) {
            configurations.put(SimulatedMachines.PID, SimulatedMachines.MACHINE, SimulatedMachines.EVERYTHING);
        }
        if (line.verb().equals("screen")) {
            ScreenDevice.named(line.rest()).ifPresent(device -> configurations.put(ScreenDevice.PID, ScreenDevice.DEVICES, device));
        }
        if (!line.kernel().equals("auto")) {
            for (String name : home.descriptor("run").bundles()) {
                if (name.startsWith("exporter.") || name.startsWith("importer.")) {
                    configurations.put(name, "kernel", line.kernel());
                }
            }
        }
        return configurations;
    }
}
