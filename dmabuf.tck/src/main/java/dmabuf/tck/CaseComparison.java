package dmabuf.tck;

import dmabuf.tck.CaseAnswers.Answer;
import dmabuf.tck.CaseAnswers.Answered;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares what a simulated kernel and the real one answered to the same cases. Immutable.
 *
 * <p>As a program: {@code CaseComparison SIMULATED LINUX}, two files of answers. Exit status 0 when no case differs that the table does not
 * mark and the real kernel was asked all of them, 1 when not, 2 when there is nothing to compare.
 */
public final class CaseComparison {

    /**
     * A step that was answered differently.
     *
     * @param name the case
     * @param place where the step is written
     * @param step the step as it is written
     * @param simulated what the simulation said
     * @param linux what Linux said
     * @param deviation the reason that the table gives for it, empty for none
     */
    public record Difference(String name, String place, String step, String simulated, String linux, String deviation) {

        /** Says it in four lines. */
        @Override
        public String toString() {
            return "  " + name + (deviation.isEmpty() ? "" : " [" + deviation + "]") + "\n"
                    + "    " + place + ": " + step + "\n"
                    + "      simulation said " + simulated + "\n"
                    + "      Linux said      " + linux;
        }
    }

    private final int cases;
    private final Set<String> notAsked = new LinkedHashSet<>();
    private final Set<String> unconfirmed = new LinkedHashSet<>();
    private final List<Difference> different = new ArrayList<>();
    private final List<Difference> marked = new ArrayList<>();

    private CaseComparison(CaseAnswers simulated, CaseAnswers linux) {
        Map<String, Answered> one = byName(simulated);
        Map<String, Answered> two = byName(linux);
        Set<String> names = new LinkedHashSet<>(two.keySet());
        names.addAll(one.keySet());
        names.forEach(name -> compare(name, one.get(name), two.get(name)));
        this.cases = names.size();
    }

    /**
     * Compares.
     *
     * @param simulated what the simulation answered
     * @param linux what Linux answered
     * @return the comparison
     */
    public static CaseComparison of(CaseAnswers simulated, CaseAnswers linux) {
        return new CaseComparison(simulated, linux);
    }

    private static Map<String, Answered> byName(CaseAnswers answers) {
        Map<String, Answered> byName = new LinkedHashMap<>();
        answers.cases().forEach(each -> byName.put(each.name(), each));
        return byName;
    }

    private void compare(String name, Answered simulated, Answered linux) {
        if (linux == null || !linux.wasAsked()) {
            boolean knownToBe = !(linux == null ? simulated : linux).unconfirmed().isEmpty();
            (knownToBe ? unconfirmed : notAsked).add(name);
            return;
        }
        String deviation = linux.deviation();
        List<Difference> target = deviation.isEmpty() ? different : marked;
        if (simulated == null || !simulated.wasAsked() || simulated.answers().size() != linux.answers().size()) {
            Answer first = linux.answers().getFirst();
            String said = simulated == null ? "nothing: it was not asked" : simulated.answers().getFirst().answer();
            target.add(new Difference(name, first.place(), "the case as a whole", said, "something", deviation));
            return;
        }
        for (int i = 0; i < linux.answers().size(); i++) {
            Answer one = simulated.answers().get(i);
            Answer two = linux.answers().get(i);
            if (!one.answer().equals(two.answer())) {
                target.add(new Difference(name, two.place(), two.step(), one.answer(), two.answer(), deviation));
            }
        }
    }

    /**
     * Counts the cases.
     *
     * @return how many there are in either of the two
     */
    public int cases() {
        return cases;
    }

    /**
     * Counts the cases that both answered alike, step by step.
     *
     * @return how many
     */
    public int equal() {
        return cases - differentCases() - markedCases() - notAsked.size() - unconfirmed.size();
    }

    /**
     * Counts the cases that differ although the table does not say that they may.
     *
     * @return how many
     */
    public int differentCases() {
        return count(different);
    }

    /**
     * Counts the cases that differ for the reason that the table gives.
     *
     * @return how many
     */
    public int markedCases() {
        return count(marked);
    }

    private static int count(List<Difference> differences) {
        return (int) differences.stream().map(Difference::name).distinct().count();
    }

    /**
     * Gives the cases that the real kernel could not be asked, for want of a device.
     *
     * @return their names
     */
    public Set<String> notAsked() {
        return Set.copyOf(notAsked);
    }

    /**
     * Gives the cases that the real kernel could not be asked, of which the table does not say that any real device ever was.
     *
     * @return their names
     */
    public Set<String> unconfirmed() {
        return Set.copyOf(unconfirmed);
    }

    /**
     * Gives the differences that the table does not account for.
     *
     * @return them, in the order of the table
     */
    public List<Difference> differences() {
        return List.copyOf(different);
    }

    /**
     * Tells whether the simulation holds.
     *
     * @return true when nothing differs without a reason and nothing was left out
     */
    public boolean holds() {
        return different.isEmpty() && notAsked.isEmpty();
    }

    /** Says the figures in one line, and then each difference. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("cases " + cases + ", equal " + equal() + ", different " + differentCases() + ", marked "
                + markedCases());
        if (!unconfirmed.isEmpty()) {
            text.append(", unconfirmed ").append(unconfirmed.size());
        }
        if (!notAsked.isEmpty()) {
            text.append(", not asked ").append(notAsked.size()).append("\nnot asked, because the real kernel lacks a device:");
            notAsked.forEach(name -> text.append("\n  ").append(name));
        }
        list(text, "different:", different);
        list(text, "marked by the table:", marked);
        return text.toString();
    }

    private static void list(StringBuilder text, String title, List<Difference> differences) {
        if (!differences.isEmpty()) {
            text.append('\n').append(title);
            differences.forEach(each -> text.append('\n').append(each));
        }
    }

    /**
     * Compares two files.
     *
     * @param arguments the file of the simulation's answers and the file of Linux's
     */
    public static void main(String[] arguments) {
        if (arguments.length != 2) {
            System.err.println("usage: CaseComparison SIMULATED LINUX, two files of answers that CaseRun has written");
            System.exit(2);
        }
        try {
            CaseComparison comparison = of(CaseAnswers.read(Path.of(arguments[0])), CaseAnswers.read(Path.of(arguments[1])));
            System.out.println(comparison);
            System.exit(comparison.holds() ? 0 : 1);
        } catch (IOException e) {
            System.err.println("cannot compare: " + e);
            System.exit(2);
        }
    }
}
