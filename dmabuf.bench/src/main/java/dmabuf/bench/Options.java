package dmabuf.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the command line says.
 *
 * @param effort how long is measured
 * @param rows which rows; all when empty
 * @param json where the JSON goes; null for nowhere
 * @param doc which page to write; null for none
 * @param from a JSON to make the page of, instead of measuring; null to measure
 */
record Options(Effort effort, List<String> rows, Path json, Path doc, Path from) {

    static final String USAGE = "Usage: dmabuf bench [--quick] [--row NAME]... [--json FILE] [--doc FILE [--from JSON]]";

    static Options parse(String[] arguments) {
        Effort effort = Effort.FULL;
        List<String> rows = new ArrayList<>();
        Path json = null;
        Path doc = null;
        Path from = null;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--quick" -> effort = Effort.QUICK;
                case "--row" -> rows.add(value(arguments, ++i));
                case "--json" -> json = Path.of(value(arguments, ++i));
                case "--doc" -> doc = Path.of(value(arguments, ++i));
                case "--from" -> from = Path.of(value(arguments, ++i));
                default -> throw new UsageException("bench does not know " + arguments[i]);
            }
        }
        if (from != null && doc == null) {
            throw new UsageException("--from needs --doc");
        }
        return new Options(effort, rows, json, doc, from);
    }

    private static String value(String[] arguments, int index) {
        if (index == arguments.length) {
            throw new UsageException(arguments[index - 1] + " needs a value");
        }
        return arguments[index];
    }
}
