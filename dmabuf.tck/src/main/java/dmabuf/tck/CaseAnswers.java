package dmabuf.tck;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a kernel answered to the whole table, as it is kept in a file of tab-separated values: a line of column names, then a line for every
 * step. Immutable.
 */
public final class CaseAnswers {

    private static final List<String> COLUMNS = List.of("case", "place", "step", "answer", "deviation", "unconfirmed");
    private static final String NEEDS = "needs";
    private static final String NOT_THERE = "not there: ";

    /**
     * An answer.
     *
     * @param place where the step is written, {@code udmabuf.cases:17}
     * @param step the step as it is written
     * @param answer what the kernel answered
     */
    public record Answer(String place, String step, String answer) {}

    /**
     * The answers to one case.
     *
     * @param name the case's name
     * @param deviation why a simulation cannot answer as Linux does; empty when it has to
     * @param unconfirmed why no real device has given the answer yet; empty when one has
     * @param answers the answers, in order; a single one that says so when the case could not be asked
     */
    public record Answered(String name, String deviation, String unconfirmed, List<Answer> answers) {

        /** Takes a copy of the list. */
        public Answered {
            answers = List.copyOf(answers);
        }

        /**
         * Tells whether the kernel had what the case needs.
         *
         * @return false when nothing was asked
         */
        public boolean wasAsked() {
            return answers.stream().noneMatch(answer -> answer.step().equals(NEEDS) && answer.answer().startsWith(NOT_THERE));
        }
    }

    private final List<Answered> cases;

    private CaseAnswers(List<Answered> cases) {
        this.cases = List.copyOf(cases);
    }

    /**
     * Keeps what was answered.
     *
     * @param results what the runner gave
     * @return the answers
     */
    public static CaseAnswers of(List<CaseResult> results) {
        return new CaseAnswers(results.stream().map(CaseAnswers::of).toList());
    }

    private static Answered of(CaseResult result) {
        Case asked = result.asked();
        List<Answer> answers = result.missing()
                .map(what -> List.of(new Answer(asked.file() + ":" + asked.line(), NEEDS, NOT_THERE + what)))
                .orElseGet(() -> result.steps().stream()
                        .map(each -> new Answer(each.step().place(), each.step().text(), each.answer()))
                        .toList());
        return new Answered(asked.name(), asked.deviation().orElse(""), asked.unconfirmed().orElse(""), answers);
    }

    /**
     * Gives the cases.
     *
     * @return them, in the order they were asked in
     */
    public List<Answered> cases() {
        return cases;
    }

    /**
     * Writes a file.
     *
     * @param file where to; its folder is there, and what is in its place is replaced
     * @throws IOException when it cannot be written
     */
    public void write(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(String.join("\t", COLUMNS));
        for (Answered each : cases) {
            for (Answer answer : each.answers()) {
                lines.add(String.join("\t", clean(each.name()), answer.place(), clean(answer.step()), clean(answer.answer()),
                        clean(each.deviation()), clean(each.unconfirmed())));
            }
        }
        Files.write(file, lines);
    }

    /** A value must not be taken for two. */
    private static String clean(String text) {
        return text.replaceAll("[\\t\\r\\n]", " ");
    }

    /**
     * Reads a file.
     *
     * @param file one that {@link #write} has written
     * @return the answers
     * @throws IOException when it cannot be read, or is no such file; the message says at which line
     */
    public static CaseAnswers read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.getFirst().equals(String.join("\t", COLUMNS))) {
            throw new IOException(file + " holds no answers to cases: its first line is not " + COLUMNS);
        }
        Map<String, List<Answer>> answers = new LinkedHashMap<>();
        Map<String, String[]> remarks = new LinkedHashMap<>();
        for (int i = 1; i < lines.size(); i++) {
            String[] values = lines.get(i).split("\t", -1);
            if (values.length != COLUMNS.size()) {
                throw new IOException(file + ":" + (i + 1) + ": " + values.length + " values instead of " + COLUMNS.size());
            }
            answers.computeIfAbsent(values[0], name -> new ArrayList<>()).add(new Answer(values[1], values[2], values[3]));
            remarks.put(values[0], new String[] {values[4], values[5]});
        }
        return new CaseAnswers(answers.entrySet().stream()
                .map(each -> new Answered(each.getKey(), remarks.get(each.getKey())[0], remarks.get(each.getKey())[1], each.getValue()))
                .toList());
    }
}
