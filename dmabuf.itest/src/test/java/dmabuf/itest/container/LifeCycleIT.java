package dmabuf.itest.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.condition.Condition;

/** The life cycle of JUnit Jupiter, in the container. */
@InContainer(BarePlatform.class)
class LifeCycleIT {

    private static final List<String> CLASS_EVENTS = new ArrayList<>();

    private final List<String> events = new ArrayList<>();
    private final Bundle constructedIn;

    LifeCycleIT(BundleContext context) {
        constructedIn = context.getBundle();
        events.add("constructor");
    }

    @BeforeAll
    static void beforeAll(BundleContext context) {
        assertNotNull(context);
        CLASS_EVENTS.add("beforeAll");
    }

    @BeforeEach
    void beforeEach(BundleContext context) {
        assertEquals(Bundle.ACTIVE, context.getBundle().getState());
        events.add("beforeEach");
    }

    @AfterEach
    void afterEach() {
        assertEquals("constructor", events.getFirst());
    }

    @AfterAll
    static void afterAll() {
        assertEquals("beforeAll", CLASS_EVENTS.getFirst());
    }

    @Test
    void testRunsInABundle(BundleContext context) {
        Bundle bundle = FrameworkUtil.getBundle(LifeCycleIT.class);
        assertNotNull(bundle);
        assertSame(bundle, context.getBundle());
        assertSame(bundle, constructedIn);
    }

    @Test
    void lifeCycleMethodsRunAroundEachTest() {
        assertEquals(List.of("constructor", "beforeEach"), events);
        assertEquals("beforeAll", CLASS_EVENTS.getFirst());
    }

    @Test
    @DisplayName("a name with blanks")
    void displayNameIsKept(TestInfo info) {
        assertEquals("a name with blanks", info.getDisplayName());
    }

    @Test
    void serviceIsAParameter(@Service Condition any, @Service(filter = "(osgi.condition.id=true)") Condition filtered) {
        assertSame(any, filtered);
    }

    @Test
    void temporaryFolderIsThere(@TempDir Path folder) {
        assertTrue(Files.isDirectory(folder));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void valuesAreParameters(int value, BundleContext context) {
        assertTrue(value >= 1 && value <= 3);
        assertNotNull(context);
    }

    @ParameterizedTest
    @EnumSource(TimeUnit.class)
    void constantsAreParameters(TimeUnit unit) {
        assertNotNull(unit);
    }

    @ParameterizedTest
    @MethodSource("words")
    void methodsGiveParameters(String word) {
        assertFalse(word.isEmpty());
    }

    static Stream<String> words() {
        return Stream.of("one", "two");
    }

    @RepeatedTest(2)
    void testIsRepeated(RepetitionInfo info) {
        assertEquals(2, info.getTotalRepetitions());
    }

    @TestFactory
    List<DynamicNode> testsAreMadeInTheContainer() {
        // The number of bundles is not known outside.
        return Stream.of(FrameworkUtil.getBundle(LifeCycleIT.class).getBundleContext().getBundles())
                .<DynamicNode>map(bundle -> DynamicTest.dynamicTest(
                        bundle.getLocation(), () -> assertTrue(bundle.getState() >= Bundle.RESOLVED, bundle.toString())))
                .toList();
    }

    @Nested
    class InAnInnerClass {

        @BeforeEach
        void beforeEachInner() {
            events.add("beforeEach of the inner class");
        }

        @Test
        void outerLifeCycleComesFirst() {
            assertEquals(List.of("constructor", "beforeEach", "beforeEach of the inner class"), events);
        }
    }
}
