package dmabuf.itest.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.FrameworkUtil;

/** Test classes that do not pass: {@link ContainerExtensionIT} runs them, and checks that it learns so. Not found by the build itself. */
final class Samples {

    private Samples() {}

    static boolean outside() {
        return FrameworkUtil.getBundle(Samples.class) == null;
    }

    /** Fails in every way in which a test can. */
    @InContainer(BarePlatform.class)
    static class Failing {

        /** How many bodies were executed on this side. */
        static int bodies;

        Failing() {
            bodies++;
        }

        @BeforeAll
        static void beforeAll() {
            bodies++;
        }

        @Test
        void passes() {
            bodies++;
        }

        @Test
        void failsAnAssertion() {
            bodies++;
            assertEquals("expected", "actual", "said inside");
        }

        @Test
        void throwsWhatCannotBeSerialised() throws Exception {
            throw new WithThread();
        }

        @Test
        void throwsWithACause() {
            throw new IllegalStateException("outer", new IllegalArgumentException("inner"));
        }

        @Test
        void doesNotMeetAnAssumption() {
            assumeTrue(false, "assumed inside");
        }

        @Test
        @EnabledIf("dmabuf.itest.container.Samples#outside")
        void isSkippedInside() {
            fail("not to be run");
        }

        @Test
        @Disabled("the extension is to tell of it")
        void isDisabled() {
            fail("not to be run");
        }

        @ParameterizedTest(name = "odd {0}")
        @ValueSource(ints = {1, 2, 3})
        void failsForTwo(int number) {
            bodies++;
            assertEquals(1, number % 2, "odd");
        }

        @ParameterizedTest
        @MethodSource("moreInside")
        void hasMoreArgumentsInside(int number) {}

        static Stream<Integer> moreInside() {
            return outside() ? Stream.of(1) : Stream.of(1, 2);
        }

        @ParameterizedTest(name = "more outside {0}")
        @MethodSource("moreOutside")
        void hasMoreArgumentsOutside(int number) {}

        static Stream<Integer> moreOutside() {
            return outside() ? Stream.of(1, 2) : Stream.of(1);
        }

        @TestFactory
        List<DynamicTest> makesTests() {
            bodies++;
            return List.of(
                    DynamicTest.dynamicTest("made and passes", () -> {}),
                    DynamicTest.dynamicTest("made and fails", () -> fail("in a dynamic test")));
        }

        @Nested
        class WithAFailingBeforeEach {

            @BeforeEach
            void fails() {
                fail("in @BeforeEach");
            }

            @Test
            void isNotReached() {}
        }

        @Nested
        class WithAFailingBeforeAll {

            @BeforeAll
            static void fails() {
                fail("in @BeforeAll");
            }

            @Test
            void isNotStarted() {}
        }

        @Nested
        class WithAFailingAfterAll {

            @AfterAll
            static void fails() {
                fail("in @AfterAll");
            }

            @Test
            void passesBefore() {}
        }

        @Nested
        class WithAFailingConstructor {

            WithAFailingConstructor() {
                fail("in a constructor");
            }

            @Test
            void isNotConstructed() {}
        }
    }

    /** Cannot cross to the outside as it is. */
    static final class WithThread extends Exception {

        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial")
        final Thread thread = Thread.currentThread();

        WithThread() {
            super("holds a thread");
        }
    }

    /** Never comes up. */
    @InContainer(NoPlatform.class)
    static class WithoutContainer {

        @Test
        void isNeverRun() {}
    }

    /** Asks for a jar that the build does not have. */
    public static final class NoPlatform implements Platform {

        @Override
        public Option[] options() {
            return new Option[] {ContainerJars.bundle("no.such.jar")};
        }
    }
}
