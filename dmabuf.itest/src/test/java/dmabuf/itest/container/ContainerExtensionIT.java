package dmabuf.itest.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.TestExecutionResult.Status.ABORTED;
import static org.junit.platform.engine.TestExecutionResult.Status.FAILED;
import static org.junit.platform.engine.TestExecutionResult.Status.SUCCESSFUL;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.opentest4j.AssertionFailedError;

/** What fails in the container fails outside, and for the same reason. Runs {@link Samples} as a build would. */
class ContainerExtensionIT {

    private static Results results;

    /** The results of a run, by display name. */
    private static final class Results implements TestExecutionListener {

        private final Map<String, TestExecutionResult> finished = new HashMap<>();
        private final Map<String, String> skipped = new HashMap<>();

        @Override
        public void executionFinished(TestIdentifier node, TestExecutionResult result) {
            finished.put(node.getDisplayName(), result);
        }

        @Override
        public void executionSkipped(TestIdentifier node, String reason) {
            skipped.put(node.getDisplayName(), reason);
        }

        Throwable thrown(TestExecutionResult.Status status, String name) {
            TestExecutionResult result = finished.get(name);
            assertTrue(result != null, () -> name + " did not finish: " + finished.keySet());
            assertEquals(status, result.getStatus(), () -> name + ": " + result);
            return result.getThrowable().orElse(null);
        }
    }

    private static Results run(Class<?> sample) {
        Results listener = new Results();
        LauncherFactory.create().execute(
                LauncherDiscoveryRequestBuilder.request().selectors(selectClass(sample)).build(), listener);
        return listener;
    }

    @BeforeAll
    static void runTheFailingSample() {
        results = run(Samples.Failing.class);
    }

    @Test
    void nothingOfTheClassIsExecutedOutside() {
        assertEquals(0, Samples.Failing.bodies);
    }

    @Test
    void passingTestPasses() {
        assertNull(results.thrown(SUCCESSFUL, "passes()"));
    }

    @Test
    void failedAssertionArrivesIntact() {
        AssertionFailedError error = assertInstanceOf(AssertionFailedError.class, results.thrown(FAILED, "failsAnAssertion()"));
        assertTrue(error.getMessage().startsWith("said inside"), error.getMessage());
        assertEquals("expected", error.getExpected().getValue());
        assertEquals("actual", error.getActual().getValue());
        assertTrue(
                Arrays.stream(error.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(Samples.Failing.class.getName())
                                && frame.getMethodName().equals("failsAnAssertion")),
                () -> Arrays.toString(error.getStackTrace()));
    }

    @Test
    void exceptionThatCannotBeSerialisedArrivesAsALikeness() {
        Throwable thrown = results.thrown(FAILED, "throwsWhatCannotBeSerialised()");
        assertEquals(Samples.WithThread.class.getName() + ": holds a thread", thrown.getMessage());
        assertEquals("throwsWhatCannotBeSerialised", thrown.getStackTrace()[0].getMethodName());
    }

    @Test
    void causeArrivesToo() {
        Throwable thrown = results.thrown(FAILED, "throwsWithACause()");
        assertInstanceOf(IllegalStateException.class, thrown);
        assertEquals("inner", assertInstanceOf(IllegalArgumentException.class, thrown.getCause()).getMessage());
    }

    @Test
    void unmetAssumptionIsNoFailure() {
        assertTrue(results.thrown(ABORTED, "doesNotMeetAnAssumption()").getMessage().contains("assumed inside"));
    }

    @Test
    void skipInsideIsAnUnmetAssumptionOutside() {
        String message = results.thrown(ABORTED, "isSkippedInside()").getMessage();
        assertTrue(message.startsWith("skipped in the container: "), message);
    }

    @Test
    void disabledTestIsSkippedWithItsReason() {
        assertEquals("the extension is to tell of it", results.skipped.get("isDisabled()"));
    }

    @Test
    void eachInvocationOfAParameterizedTestHasItsOwnOutcome() {
        results.thrown(SUCCESSFUL, "odd 1");
        assertTrue(results.thrown(FAILED, "odd 2").getMessage().startsWith("odd"));
        results.thrown(SUCCESSFUL, "odd 3");
    }

    @Test
    void argumentThatIsThereOutsideOnlyIsReported() {
        Throwable thrown = results.thrown(FAILED, "more outside 2");
        assertTrue(thrown.getMessage().startsWith("did not run in the container"), thrown.getMessage());
    }

    @Test
    void argumentThatIsThereInsideOnlyIsReported() {
        Throwable thrown = results.thrown(FAILED, "Samples$Failing");
        assertTrue(thrown.getMessage().startsWith("ran in the container only"), thrown.getMessage());
        assertTrue(thrown.getMessage().contains("hasMoreArgumentsInside"), thrown.getMessage());
    }

    @Test
    void dynamicTestsHaveTheirOutcomes() {
        results.thrown(SUCCESSFUL, "made and passes");
        assertEquals("in a dynamic test", results.thrown(FAILED, "made and fails").getMessage());
    }

    @Test
    void failingBeforeEachFailsTheTest() {
        assertEquals("in @BeforeEach", results.thrown(FAILED, "isNotReached()").getMessage());
    }

    @Test
    void failingConstructorFailsTheTest() {
        assertEquals("in a constructor", results.thrown(FAILED, "isNotConstructed()").getMessage());
    }

    @Test
    void failingBeforeAllFailsTheClass() {
        assertEquals("in @BeforeAll", results.thrown(FAILED, "WithAFailingBeforeAll").getMessage());
        assertFalse(results.finished.containsKey("isNotStarted()"));
    }

    @Test
    void failingAfterAllFailsTheClassAndNotItsTests() {
        results.thrown(SUCCESSFUL, "passesBefore()");
        assertEquals("in @AfterAll", results.thrown(FAILED, "WithAFailingAfterAll").getMessage());
    }

    @Test
    void containerThatDoesNotComeUpFailsTheClass() {
        Throwable thrown = run(Samples.WithoutContainer.class).thrown(FAILED, "Samples$WithoutContainer");
        assertTrue(thrown.getMessage().contains("no.such.jar"), thrown.toString());
    }
}
