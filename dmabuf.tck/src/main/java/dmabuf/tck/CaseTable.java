package dmabuf.tck;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The cases that ship with this bundle. */
public final class CaseTable {

    private static final String FOLDER = "cases/";
    /** The names of the case files, in the order that people read them in; resources cannot be listed everywhere. */
    private static final String INDEX = FOLDER + "index";

    private CaseTable() {}

    /**
     * Reads every case.
     *
     * @return the cases, file by file, in the order they are written in
     * @throws CaseSyntaxException when a line makes no sense
     */
    public static List<Case> cases() {
        Uapi uapi = Uapi.load();
        List<Case> cases = new ArrayList<>();
        for (String file : Uapi.lines(INDEX)) {
            cases.addAll(new CaseParser(file, uapi).parse(Uapi.lines(FOLDER + file)));
        }
        checkNames(cases);
        return cases;
    }

    /** A name is what results are compared by. */
    private static void checkNames(List<Case> cases) {
        Map<String, Case> byName = new HashMap<>();
        for (Case each : cases) {
            Case other = byName.put(each.name(), each);
            if (other != null) {
                throw new CaseSyntaxException(
                        each.file(), each.line(), "the name is that of " + other.file() + ":" + other.line() + ": " + each.name());
            }
        }
    }
}
