package dmabuf.tck.exporter;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A header of a manifest that lists packages, such as {@code Import-Package}. */
final class Clauses {

    /** Commas inside quotes belong to version ranges and uses lists. */
    private static final String COMMA = ",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)";
    private static final Pattern VERSION = Pattern.compile(";\\s*version\\s*=\\s*\"?([^\";]+)\"?");

    private final Map<String, String> clauses = new LinkedHashMap<>();

    /** @param header its value; null for one that is not there */
    Clauses(String header) {
        if (header == null || header.isBlank()) {
            return;
        }
        for (String clause : header.split(COMMA)) {
            String name = clause.split(";", 2)[0].strip();
            Matcher version = VERSION.matcher(clause);
            clauses.put(name, version.find() ? version.group(1).strip() : null);
        }
    }

    /** The packages in order, each with its version or range, or null where none is written. */
    Map<String, String> versions() {
        return clauses;
    }
}
