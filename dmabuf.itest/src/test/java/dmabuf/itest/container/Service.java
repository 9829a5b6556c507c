package dmabuf.itest.container;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a parameter that is a service: the best one of the parameter's type, awaited, and given back after the test. (A parameter of type
 * {@code BundleContext} needs no mark: it is the context of the test's own bundle.)
 */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface Service {

    /** Which services will do, as an OSGi filter; empty for any. */
    String filter() default "";

    /** How long to wait for it at most. */
    long timeoutMillis() default 10_000;
}
