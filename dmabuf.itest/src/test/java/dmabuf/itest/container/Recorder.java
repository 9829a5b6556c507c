package dmabuf.itest.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Writes down, inside the container, how every node of the test plan ended. */
final class Recorder implements TestExecutionListener {

    private final List<Outcome> outcomes = new ArrayList<>();
    private TestPlan plan;

    @Override
    public synchronized void testPlanExecutionStarted(TestPlan testPlan) {
        plan = testPlan;
    }

    @Override
    public synchronized void executionSkipped(TestIdentifier node, String reason) {
        record(node, Outcome.Status.SKIPPED, reason, null);
        // Nothing is told of what is below a skipped node.
        plan.getChildren(node).forEach(child -> executionSkipped(child, reason));
    }

    @Override
    public synchronized void executionFinished(TestIdentifier node, TestExecutionResult result) {
        Optional<Throwable> thrown = result.getThrowable();
        try {
            record(
                    node,
                    Outcome.Status.valueOf(result.getStatus().name()),
                    "",
                    thrown.isPresent() ? PackedThrowable.of(thrown.get()) : null);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write down what " + node.getUniqueId() + " threw", e);
        }
    }

    private void record(TestIdentifier node, Outcome.Status status, String reason, PackedThrowable failure) {
        outcomes.add(new Outcome(
                node.getUniqueId(),
                node.getParentId().orElse(""),
                node.getDisplayName(),
                node.isTest(),
                status,
                reason,
                failure));
    }

    synchronized List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }
}
