package dmabuf.tck.exporter.wrong;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What is wrong with an exporter, as the one test that it fails. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface FailsOnly {

    /** The test's name. */
    String value();

    /** What its failure says, or a part of it, for whoever has to mend it. */
    String saying();

    /** Headers of its bundle's manifest that differ, as {@code NAME: VALUE}. */
    String[] headers() default {};

    /** A test that may fail besides, or not. */
    String perhaps() default "";
}
