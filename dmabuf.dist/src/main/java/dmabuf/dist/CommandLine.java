package dmabuf.dist;

import dmabuf.shell.UsageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A verb with its arguments, apart from the options that every verb understands.
 *
 * @param verb the verb
 * @param kernel which kernel the drivers take their devices from: auto, linux or simulated
 * @param machine the name of the simulated machine, empty when nothing is said
 * @param configuration a folder of the user's with configuration files, which need not exist
 * @param deploy the deploy folder, null for the distribution's own
 * @param verbosity 0 for warnings, 1 for what is going on, 2 for everything
 * @param rest what is for the verb itself
 */
record CommandLine(String verb, String kernel, String machine, Path configuration, Path deploy, int verbosity, List<String> rest) {

    private static final Set<String> KERNELS = Set.of("auto", "linux", "simulated");

    /** Picks the common options out of the arguments, wherever they stand; {@code --} ends them. */
    static CommandLine parse(List<String> arguments, Map<String, String> environment) {
        if (arguments.isEmpty()) {
            throw new UsageException("which verb? See: dmabuf help");
        }
        Draft draft = new Draft(environment);
        draft.read(arguments.subList(1, arguments.size()).iterator());
        return draft.commandLine(arguments.getFirst());
    }

    /** The same, with something else for the verb. */
    CommandLine with(List<String> newRest) {
        return new CommandLine(verb, kernel, machine, configuration, deploy, verbosity, newRest);
    }

    /** The same for another verb. */
    CommandLine of(String newVerb, String newKernel, List<String> newRest) {
        return new CommandLine(newVerb, newKernel, machine, configuration, deploy, verbosity, newRest);
    }

    /** What has been read so far: an option wins over the environment. */
    private static final class Draft {

        private final Map<String, String> environment;
        private final List<String> rest = new ArrayList<>();
        private String kernel;
        private String machine;
        private Path configuration;
        private Path deploy;
        private int verbosity;

        Draft(Map<String, String> environment) {
            this.environment = environment;
            configuration = defaultConfiguration(environment);
            deploy = environment.containsKey("DMABUF_DEPLOY") ? Path.of(environment.get("DMABUF_DEPLOY")) : null;
        }

        void read(Iterator<String> words) {
            while (words.hasNext()) {
                String word = words.next();
                switch (word) {
                    case "--kernel" -> kernel = value(word, words);
                    case "--machine" -> machine = value(word, words);
                    case "--conf" -> configuration = Path.of(value(word, words));
                    case "--deploy" -> deploy = Path.of(value(word, words));
                    case "-v", "--verbose" -> verbosity++;
                    case "--" -> {
                        rest.add(word);
                        words.forEachRemaining(rest::add);
                    }
                    default -> rest.add(word);
                }
            }
        }

        CommandLine commandLine(String verb) {
            if ("linux".equals(kernel) && machine != null) {
                throw new UsageException("--machine names a simulated machine, and --kernel linux wants none");
            }
            if (machine != null && verb.equals("import")) {
                throw new UsageException("--machine is of no use to import, which has no devices");
            }
            String whose = kernel();
            if (!KERNELS.contains(whose)) {
                throw new UsageException("--kernel is auto, linux or simulated, and not \"" + whose + "\"");
            }
            return new CommandLine(verb, whose, machine(whose), configuration, deploy, verbosity, List.copyOf(rest));
        }

        /** Who asks for a simulated machine wants to see that one, and not the real devices of this one. */
        private String kernel() {
            return kernel != null ? kernel
                    : machine != null ? "simulated"
                    : environment.getOrDefault("DMABUF_KERNEL", "auto");
        }

        private String machine(String whose) {
            String name = machine != null ? machine : environment.getOrDefault("DMABUF_MACHINE", "");
            return whose.equals("linux") || name.isEmpty() && machine == null ? "" : SimulatedMachines.checked(name);
        }
    }

    private static String value(String option, Iterator<String> words) {
        if (!words.hasNext()) {
            throw new UsageException(option + " needs a value");
        }
        return words.next();
    }

    private static Path defaultConfiguration(Map<String, String> environment) {
        String own = environment.get("DMABUF_CONF");
        if (own != null) {
            return Path.of(own);
        }
        String folder = environment.get("XDG_CONFIG_HOME");
        return folder == null || folder.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".config", "dmabuf")
                : Path.of(folder, "dmabuf");
    }
}
