package dmabuf.tck;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a case file. Lines that begin in the first column are keys, the indented lines behind them are steps:
 *
 * <pre>
 * setup: NAME          case: SENTENCE
 * given: SETUP         from: SOURCE
 * needs: DEVICE, …     given: SETUP
 *     STEP             needs: DEVICE, …
 * unconfirmed: REASON  simulation: REASON
 * safe: yes            unconfirmed: REASON
 *                      safe: yes, or no
 *                      note: REMARK
 *                          STEP [-&gt; ANSWER]
 * </pre>
 */
final class CaseParser {

    private static final String ARROW = " -> ";
    private static final Set<String> KEYS = Set.of("case", "setup", "from", "given", "needs", "simulation", "unconfirmed", "safe", "note");

    /** A line of a file, joined with those that continue it. */
    private record Line(int number, String text) {}

    /** A case or a setup as it is written. */
    private static final class Block {
        private final int line;
        private final boolean isSetup;
        private final String name;
        private final Map<String, String> keys = new HashMap<>();
        private final List<Line> steps = new ArrayList<>();

        Block(int line, boolean isSetup, String name) {
            this.line = line;
            this.isSetup = isSetup;
            this.name = name;
        }
    }

    private final String file;
    private final Uapi uapi;
    private final Map<String, Block> setups = new HashMap<>();
    private final List<Block> cases = new ArrayList<>();

    CaseParser(String file, Uapi uapi) {
        this.file = file;
        this.uapi = uapi;
    }

    /** Reads the cases of a file. */
    List<Case> parse(List<String> lines) {
        Block current = null;
        for (Line line : join(lines)) {
            if (Character.isWhitespace(line.text().charAt(0))) {
                if (current == null) {
                    throw wrong(line.number(), "a step belongs behind a case or a setup");
                }
                current.steps.add(line);
            } else {
                current = key(line, current);
            }
        }
        return cases.stream().map(this::complete).toList();
    }

    /** Leaves out comments and empty lines; a line that ends in a backslash goes on in the next. */
    private List<Line> join(List<String> lines) {
        List<Line> joined = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int begin = 0;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).stripTrailing();
            if (text.isEmpty()) {
                begin = i + 1;
                if (line.isEmpty() || line.stripLeading().startsWith("#")) {
                    continue;
                }
            }
            boolean goesOn = line.endsWith("\\");
            String part = goesOn ? line.substring(0, line.length() - 1).stripTrailing() : line;
            text.append(text.isEmpty() ? part : " " + part.strip());
            if (!goesOn) {
                joined.add(new Line(begin, text.toString()));
                text.setLength(0);
            }
        }
        if (!text.isEmpty()) {
            throw wrong(begin, "this line goes on, but the file ends");
        }
        return joined;
    }

    private Block key(Line line, Block current) {
        int colon = line.text().indexOf(':');
        String key = colon < 0 ? line.text() : line.text().substring(0, colon);
        String value = colon < 0 ? "" : line.text().substring(colon + 1).strip();
        if (!KEYS.contains(key)) {
            throw wrong(line.number(), "no such key: " + key + " (steps are indented)");
        }
        if (value.isEmpty()) {
            throw wrong(line.number(), key + ": says nothing");
        }
        if (key.equals("case") || key.equals("setup")) {
            return begin(line, key.equals("setup"), value);
        }
        if (current == null || !current.steps.isEmpty()) {
            throw wrong(line.number(), key + ": belongs directly behind case: or setup:");
        }
        if (current.keys.put(key, value) != null) {
            throw wrong(line.number(), key + ": is there twice");
        }
        return current;
    }

    private Block begin(Line line, boolean isSetup, String name) {
        Block block = new Block(line.number(), isSetup, name);
        if (!isSetup) {
            cases.add(block);
        } else if (setups.put(name, block) != null) {
            throw wrong(line.number(), "this setup is there already: " + name);
        }
        return block;
    }

    private Case complete(Block block) {
        if (!block.keys.containsKey("from")) {
            throw wrong(block.line, "the case does not say where it comes from: from: is missing");
        }
        Set<String> needs = new LinkedHashSet<>();
        List<Step> steps = new ArrayList<>();
        collect(block, new Scope(uapi), needs, steps, new LinkedHashSet<>());
        if (steps.isEmpty()) {
            throw wrong(block.line, "the case has no step");
        }
        return new Case(
                file,
                block.line,
                block.name,
                block.keys.get("from"),
                List.copyOf(needs),
                Optional.ofNullable(block.keys.get("simulation")),
                nearest(block, "unconfirmed"),
                isSafe(block),
                Optional.ofNullable(block.keys.get("note")),
                steps);
    }

    /** What a case says, or else the setup that it is given: a setup that no real device has confirmed makes its cases such ones. */
    private Optional<String> nearest(Block block, String key) {
        for (Block each = block; each != null; each = setups.get(each.keys.get("given"))) {
            if (each.keys.containsKey(key)) {
                return Optional.of(each.keys.get(key));
            }
        }
        return Optional.empty();
    }

    private boolean isSafe(Block block) {
        String said = nearest(block, "safe").orElse("no");
        if (!said.equals("yes") && !said.equals("no")) {
            throw wrong(block.line, "safe: is yes or no, and not " + said);
        }
        return said.equals("yes");
    }

    private void collect(Block block, Scope scope, Set<String> needs, List<Step> steps, Set<String> above) {
        String given = block.keys.get("given");
        if (given != null) {
            Block setup = setups.get(given);
            if (setup == null) {
                throw wrong(block.line, "no such setup: " + given);
            }
            if (!above.add(given)) {
                throw wrong(block.line, "a setup that is given to itself: " + given);
            }
            collect(setup, scope, needs, steps, above);
        }
        for (String need : block.keys.getOrDefault("needs", "").split(",")) {
            if (!need.isBlank()) {
                needs.add(Needs.check(need.strip(), () -> wrong(block.line, "no such need: " + need.strip())));
            }
        }
        block.steps.forEach(line -> steps.add(step(line, block.isSetup, scope)));
    }

    private Step step(Line line, boolean isSetup, Scope scope) {
        int arrow = line.text().lastIndexOf(ARROW);
        String text = (arrow < 0 ? line.text() : line.text().substring(0, arrow)).strip();
        String expected = arrow < 0 ? "" : line.text().substring(arrow + ARROW.length()).strip();
        return StepParser.parse(file, line.number(), isSetup, text, expected, scope);
    }

    private CaseSyntaxException wrong(int line, String message) {
        return new CaseSyntaxException(file, line, message);
    }
}
