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
 * @param configuration a folder of the user's with configuration files, which need not exist
 * @param deploy the deploy folder, null for the distribution's own
 * @param verbosity 0 for warnings, 1 for what is going on, 2 for everything
 * @param rest what is for the verb itself
 */
record CommandLine(String verb, String kernel, Path configuration, Path deploy, int verbosity, List<String> rest) {

    private static final Set<String> KERNELS = Set.of("auto", "linux", "simulated");

    /** Picks the common options out of the arguments, wherever they stand; {@code --} ends them. */
    static CommandLine parse(List<String> arguments, Map<String, String> environment) {
        if (arguments.isEmpty()) {
            throw new UsageException("which verb? See: dmabuf help");
        }
        String kernel = environment.getOrDefault("DMABUF_KERNEL", "auto");
        Path configuration = defaultConfiguration(environment);
        Path deploy = environment.containsKey("DMABUF_DEPLOY") ? Path.of(environment.get("DMABUF_DEPLOY")) : null;
        int verbosity = 0;
        List<String> rest = new ArrayList<>();
        Iterator<String> words = arguments.subList(1, arguments.size()).iterator();
        while (words.hasNext()) {
            String word = words.next();
            switch (word) {
                case "--kernel" -> kernel = value(word, words);
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
        if (!KERNELS.contains(kernel)) {
            throw new UsageException("--kernel is auto, linux or simulated, and not \"" + kernel + "\"");
        }
        return new CommandLine(arguments.getFirst(), kernel, configuration, deploy, verbosity, List.copyOf(rest));
    }

    /** The same, with something else for the verb. */
    CommandLine with(List<String> newRest) {
        return new CommandLine(verb, kernel, configuration, deploy, verbosity, newRest);
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
