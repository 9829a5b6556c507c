package dmabuf.tck;

import java.util.List;
import java.util.Optional;

/**
 * What a kernel answered to a case.
 *
 * @param asked the case
 * @param missing what the case needs and the kernel has not, in words; then nothing was asked
 * @param steps the answers, in order, one for every step
 */
public record CaseResult(Case asked, Optional<String> missing, List<StepResult> steps) {

    /** Takes a copy of the list. */
    public CaseResult {
        steps = List.copyOf(steps);
    }

    /**
     * Tells whether everything was asked and answered as expected.
     *
     * @return true when it was
     */
    public boolean asExpected() {
        return missing.isEmpty() && deviations().isEmpty();
    }

    /**
     * Tells whether nothing was asked because there is no such device, and the table does not say that one was ever asked.
     *
     * @return true when the table's answer is as unconfirmed as it was before
     */
    public boolean leftUnconfirmed() {
        return missing.isPresent() && asked.unconfirmed().isPresent();
    }

    /**
     * Gives the answers that are not as expected.
     *
     * @return them, in order
     */
    public List<StepResult> deviations() {
        return steps.stream().filter(step -> !step.asExpected()).toList();
    }

    /**
     * Says what is not as expected.
     *
     * @return a line for each such step, or what is missing; empty when all is well
     */
    public String describe() {
        return missing.map(what -> "not there: " + what)
                .orElseGet(() -> String.join("\n", deviations().stream().map(StepResult::describe).toList()));
    }
}
