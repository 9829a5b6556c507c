package dmabuf.itest.container;

import org.ops4j.pax.exam.Option;

/** A framework, JUnit, and nothing else. */
public final class BarePlatform implements Platform {

    @Override
    public Option[] options() {
        return new Option[0];
    }
}
