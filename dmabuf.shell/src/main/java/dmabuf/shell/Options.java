package dmabuf.shell;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The arguments of a verb: flags ({@code --json}), options with a value ({@code --size 4K} or {@code --size=4K}), and operands. Each may
 * be given once.
 */
public final class Options {

    private final Map<String, String> given = new HashMap<>();
    private final List<String> operands = new ArrayList<>();

    private Options() {}

    /**
     * Sorts arguments.
     *
     * @param arguments what the user wrote
     * @param flags the names of options without a value
     * @param valued the names of options with one
     * @return them, sorted
     * @throws UsageException when something is not known, given twice, or lacks its value
     */
    public static Options parse(String[] arguments, Set<String> flags, Set<String> valued) {
        Options options = new Options();
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            int equals = argument.indexOf('=');
            String name = argument.startsWith("--") && equals > 0 ? argument.substring(0, equals) : argument;
            if (argument.equals("--")) {
                options.operands.addAll(List.of(arguments).subList(i + 1, arguments.length));
                break;
            } else if (!argument.startsWith("-") || argument.equals("-")) {
                options.operands.add(argument);
            } else if (valued.contains(name)) {
                if (equals < 0 && ++i == arguments.length) {
                    throw new UsageException(name + " needs a value");
                }
                options.put(name, equals < 0 ? arguments[i] : argument.substring(equals + 1));
            } else if (flags.contains(argument)) {
                options.put(argument, "");
            } else {
                throw new UsageException("no such option: " + argument);
            }
        }
        return options;
    }

    private void put(String name, String value) {
        if (given.put(name, value) != null) {
            throw new UsageException(name + " is given twice");
        }
    }

    /**
     * Tells whether an option was given.
     *
     * @param name its name
     * @return true when it was
     */
    public boolean has(String name) {
        return given.containsKey(name);
    }

    /**
     * Gives the value of an option.
     *
     * @param name its name
     * @return its value, empty when it was not given
     */
    public Optional<String> value(String name) {
        return Optional.ofNullable(given.get(name));
    }

    /**
     * Gives the value of an option that must be there.
     *
     * @param name its name
     * @return its value
     * @throws UsageException when it was not given
     */
    public String required(String name) {
        return value(name).orElseThrow(() -> new UsageException(name + " is missing"));
    }

    /**
     * Makes sure that there are options only.
     *
     * @return this
     * @throws UsageException when there is an operand
     */
    public Options withoutOperands() {
        if (!operands.isEmpty()) {
            throw new UsageException("not understood: " + operands.getFirst());
        }
        return this;
    }
}
