package dmabuf.guest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command line, taken apart.
 *
 * @param command what to run inside
 * @param options how
 */
record Invocation(List<String> command, GuestOptions options) {

    private static final String JVM_OPTIONS = "DMABUF_JAVA_OPTS";

    /**
     * Takes {@code [--out FOLDER] [--timeout SECONDS] [--] COMMAND [ARGUMENT...]} apart. A command without a slash is a verb of the
     * distribution, if there is one, and a program of the PATH otherwise.
     *
     * @param home the distribution's folder, whose script runs the verbs
     */
    static Invocation parse(List<String> arguments, GuestOptions defaults, Optional<Path> home) throws WrongUseException, GuestException {
        Deque<String> words = new ArrayDeque<>(arguments);
        GuestOptions options = defaults;
        while (!words.isEmpty() && words.peek().startsWith("-")) {
            String option = words.pop();
            if (option.equals("--")) {
                break;
            }
            options = switch (option) {
                case "--out" -> options.withOut(Path.of(value(option, words)));
                case "--timeout" -> options.withTimeout(GuestSettings.seconds(option, value(option, words)));
                default -> throw new WrongUseException("unknown option " + option);
            };
        }
        if (words.isEmpty()) {
            throw new WrongUseException("no command to run inside");
        }
        List<String> command = new ArrayList<>(words);
        if (home.isPresent() && !words.peek().contains("/")) {
            Path folder = home.get().toAbsolutePath().normalize();
            command.addFirst(script(folder).toString());
            options = options.withVisible(folder);
        }
        return new Invocation(List.copyOf(command), options);
    }

    /** Adds the variables of ours that steer the verbs; those that steer the guest itself stay outside. */
    static GuestOptions inheriting(GuestOptions options, Map<String, String> environment) {
        GuestOptions more = options;
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            String name = variable.getKey();
            if (name.equals(JVM_OPTIONS)) {
                String flags = String.join(" ", JavaCommand.EMULATION_FLAGS);
                more = more.withEnvironment(name, flags + " " + variable.getValue());
            } else if (name.startsWith("DMABUF_") && !name.startsWith("DMABUF_GUEST_")) {
                more = more.withEnvironment(name, variable.getValue());
            }
        }
        return more;
    }

    private static Path script(Path home) throws GuestException {
        Path script = home.resolve("dmabuf");
        if (!Files.isExecutable(script)) {
            throw new GuestException(
                    GuestException.Reason.UNUSABLE, "the distribution in " + home + " has no command \"dmabuf\" to run inside");
        }
        return script;
    }

    private static String value(String option, Deque<String> words) throws WrongUseException {
        if (words.isEmpty()) {
            throw new WrongUseException(option + " needs a value");
        }
        return words.pop();
    }
}
