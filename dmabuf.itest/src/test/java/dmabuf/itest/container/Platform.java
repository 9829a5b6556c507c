package dmabuf.itest.container;

import org.ops4j.pax.exam.Option;

/** What a container consists of: bundles, and properties of the framework. Asked on the outside, before the container is made. */
@FunctionalInterface
public interface Platform {

    /** Gives what comes on top of the framework and JUnit. {@link ContainerJars#bundle} names a jar of the build. */
    Option[] options();
}
