package dmabuf.itest.container;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test class inside an OSGi container, with the whole life cycle of JUnit Jupiter: {@code @BeforeAll} to {@code @AfterAll},
 * parameters, parameterized and nested tests.
 *
 * <pre>{@code
 * @InContainer(MyPlatform.class)
 * class HotSwapIT {
 *     @Test
 *     void findsTheExporter(BundleContext context, @Service(filter = "(dmabuf.caching=cached)") BufferSource source) { ... }
 * }
 * }</pre>
 *
 * <p>How it works: before the first test, Pax Exam brings a container up, with the folder of the test classes as a bundle in it. There a
 * JUnit launcher of its own runs the class, once, and every outcome is written down by the test's unique id. The container is stopped.
 * Then the tests go on outside, where constructors, life-cycle methods and test methods are not executed: each test reports the outcome
 * that was written down for it.
 *
 * <p>What therefore happens on both sides: static initialisers, the sources of parameterized tests, and the callbacks of other extensions
 * on the class. Sources must give as many arguments outside as inside; a difference is reported as a failure. A run of one test method
 * runs its whole class inside.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(ContainerExtension.class)
public @interface InContainer {

    /** What the container consists of: a class with a constructor without parameters. */
    Class<? extends Platform> value();
}
