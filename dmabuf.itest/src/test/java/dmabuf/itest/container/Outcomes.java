package dmabuf.itest.container;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.opentest4j.TestAbortedException;

/** What happened inside, told outside: each outcome to the node with the same unique id. */
final class Outcomes {

    /** Where the ids of both sides begin to be the same; outside, another engine (a suite's) may stand before it. */
    private static final String ENGINE = "[engine:junit-jupiter]";

    private final Map<String, Outcome> byId = new LinkedHashMap<>();
    private final Set<String> told = new HashSet<>();

    Outcomes(List<Outcome> outcomes) {
        outcomes.forEach(outcome -> byId.put(outcome.id(), outcome));
    }

    /** Ends as the class did inside when nothing in it came to run, because {@code @BeforeAll} failed or a condition did not hold. */
    void beforeAll(String uniqueId) throws Exception {
        Outcome own = byId.get(common(uniqueId));
        if (own != null && children(own.id()).isEmpty()) {
            raise(own);
        }
    }

    /** Ends as the class did inside when its tests had run, because {@code @AfterAll} failed; and misses tests that only ran inside. */
    void afterAll(String uniqueId) throws Exception {
        String id = common(uniqueId);
        Outcome own = byId.get(id);
        if (own != null && own.status() != Outcome.Status.SKIPPED && !children(id).isEmpty()) {
            raise(own);
        }
        for (Outcome outcome : byId.values()) {
            // A template of which some invocations were told and others not: its sources give more inside than outside.
            if (outcome.id().startsWith(id) && outcome.test() && partlyTold(outcome.parent()) && told.add(outcome.id())) {
                throw new AssertionError("ran in the container only, so its source gives other arguments there: " + outcome.id());
            }
        }
    }

    private boolean partlyTold(String parent) {
        return parent.contains("[test-template:") && children(parent).stream().anyMatch(child -> told.contains(child.id()));
    }

    /** Ends as the test did inside. */
    void replay(String uniqueId) throws Exception {
        String id = common(uniqueId);
        told.add(id);
        Outcome outcome = byId.get(id);
        if (outcome != null) {
            raise(outcome);
            return;
        }
        // It never came to run. Most likely what it is in failed before.
        for (String above = parent(id); !above.isEmpty(); above = parent(above)) {
            if (byId.containsKey(above)) {
                raise(byId.get(above));
            }
        }
        throw new AssertionError("did not run in the container; if it has a source of arguments, that one gives others there: " + id);
    }

    /** Gives a dynamic test for everything that a factory made inside, which ends as that did. */
    List<DynamicNode> dynamicTests(String uniqueId) throws Exception {
        Outcome factory = byId.get(common(uniqueId));
        if (factory == null || children(factory.id()).isEmpty()) {
            replay(uniqueId);
            return List.of();
        }
        List<DynamicNode> nodes = dynamicNodes(factory.id());
        if (factory.status() != Outcome.Status.SUCCESSFUL) {
            nodes.add(DynamicTest.dynamicTest(factory.name(), () -> raise(factory)));
        }
        return nodes;
    }

    private List<DynamicNode> dynamicNodes(String parent) {
        List<DynamicNode> nodes = new ArrayList<>();
        for (Outcome child : children(parent)) {
            nodes.add(child.test()
                    ? DynamicTest.dynamicTest(child.name(), () -> raise(child))
                    : DynamicContainer.dynamicContainer(child.name(), dynamicNodes(child.id())));
        }
        return nodes;
    }

    private List<Outcome> children(String parent) {
        return byId.values().stream().filter(outcome -> outcome.parent().equals(parent)).toList();
    }

    private static String common(String uniqueId) {
        return uniqueId.substring(uniqueId.lastIndexOf(ENGINE));
    }

    private static String parent(String id) {
        int end = id.lastIndexOf("/[");
        return end < 0 ? "" : id.substring(0, end);
    }

    /** Throws what the node threw inside; nothing if it was successful. */
    private static void raise(Outcome outcome) throws Exception {
        if (outcome.status() == Outcome.Status.SKIPPED) {
            throw new TestAbortedException("skipped in the container: " + outcome.reason());
        }
        if (outcome.failure() != null) {
            raise(outcome.failure().unpack());
        }
    }

    private static void raise(Throwable thrown) throws Exception {
        switch (thrown) {
            case Exception exception -> throw exception;
            case Error error -> throw error;
            default -> throw new IOException("the test threw neither an exception nor an error", thrown);
        }
    }
}
