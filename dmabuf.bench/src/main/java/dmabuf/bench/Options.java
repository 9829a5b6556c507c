package dmabuf.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * What the command line says.
 *
 * @param effort how long is measured
 * @param rows which rows; all when empty
 * @param json where the JSON goes; null for nowhere
 * @param doc which page to write; null for none
 * @param from a JSON to make the page of, instead of measuring; null to measure
 * @param programs where the baselines in C are, ready to run; null to compile them
 * @param compile where to put them, instead of measuring; null to measure
 */
record Options(Effort effort, List<String> rows, Path json, Path doc, Path from, Path programs, Path compile) {

    static Options parse(String... arguments) {
        Effort effort = null;
        List<String> rows = new ArrayList<>();
        Path json = null;
        Path doc = null;
        Path from = null;
        Path programs = null;
        Path compile = null;
        Set<String> seen = new HashSet<>();
        Iterator<String> words = List.of(arguments).iterator();
        while (words.hasNext()) {
            String word = words.next();
            if (!word.equals("--row") && !seen.add(word)) {
                throw new UsageException(word + " is given twice");
            }
            switch (word) {
                case "--quick" -> effort = only(effort, Effort.QUICK);
                case "--smoke" -> effort = only(effort, Effort.SMOKE);
                case "--row" -> rows.add(value(word, words));
                case "--json" -> json = Path.of(value(word, words));
                case "--doc" -> doc = Path.of(value(word, words));
                case "--from" -> from = Path.of(value(word, words));
                case "--programs" -> programs = Path.of(value(word, words));
                case "--compile" -> compile = Path.of(value(word, words));
                default -> throw new UsageException((word.startsWith("-") ? "no such option: " : "not understood: ") + word);
            }
        }
        if (from != null && doc == null) {
            throw new UsageException("--from needs --doc");
        }
        if (from != null && (effort != null || json != null || !rows.isEmpty())) {
            throw new UsageException("--from measures nothing: --quick, --row and --json are of no use with it");
        }
        return new Options(effort == null ? Effort.FULL : effort, List.copyOf(rows), json, doc, from, programs, compile);
    }

    private static Effort only(Effort before, Effort chosen) {
        if (before != null) {
            throw new UsageException("either --quick or --smoke");
        }
        return chosen;
    }

    private static String value(String option, Iterator<String> words) {
        if (!words.hasNext()) {
            throw new UsageException(option + " needs a value");
        }
        return words.next();
    }
}
