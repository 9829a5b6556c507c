package dmabuf.tck;

import dmabuf.linux.Syscalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks a kernel the cases of the table, and records what it answers to each step. A step that answers something unexpected does not end its
 * case; steps that need what it did not make answer {@code not run}. Whatever a case opens or maps is closed and unmapped at its end.
 *
 * <p>Not thread-safe: cases are asked one after the other.
 */
public final class CaseRunner {

    private final Syscalls kernel;
    private final NamedNodes nodes;
    private final Needs needs;

    /**
     * Asks a kernel.
     *
     * @param kernel the real or a simulated one
     */
    public CaseRunner(Syscalls kernel) {
        this(kernel, new NamedNodes(kernel, ""));
    }

    /**
     * Asks one device of a kernel: every node that a case names by its driver is this one, or is not there.
     *
     * @param kernel the real or a simulated one
     * @param node the device's node, {@code /dev/dri/renderD128} for example
     */
    public CaseRunner(Syscalls kernel, String node) {
        this(kernel, new NamedNodes(kernel, node));
    }

    private CaseRunner(Syscalls kernel, NamedNodes nodes) {
        this.kernel = kernel;
        this.nodes = nodes;
        this.needs = new Needs(kernel, nodes);
    }

    /**
     * Asks a case.
     *
     * @param asked the case
     * @return the answers
     */
    public CaseResult run(Case asked) {
        Optional<String> missing = needs.missing(asked);
        if (missing.isPresent()) {
            return new CaseResult(asked, missing, List.of());
        }
        List<StepResult> results = new ArrayList<>();
        try (Scene scene = new Scene(kernel, nodes)) {
            for (Step step : asked.steps()) {
                results.add(new StepResult(step, answer(scene, step)));
            }
        }
        return new CaseResult(asked, Optional.empty(), results);
    }

    private static String answer(Scene scene, Step step) {
        try {
            return step.action().perform(scene, step.variable());
        } catch (Scene.NotMade e) {
            return Answers.missing(e.variable());
        } catch (RuntimeException e) {
            // A kernel that is written in Java may throw where it should answer. That is a finding, and the other cases go on.
            return Answers.exception(e);
        }
    }
}
