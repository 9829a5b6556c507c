package dmabuf.itest;

import dmabuf.itest.container.ContainerJars;
import dmabuf.itest.container.Platform;
import java.util.Arrays;
import java.util.stream.Stream;
import org.ops4j.pax.exam.Option;

/** {@link DmaBufPlatform}, and what knows screens. */
public final class DisplayPlatform implements Platform {

    @Override
    public Option[] options() {
        return Stream.concat(Arrays.stream(new DmaBufPlatform().options()), Stream.of(ContainerJars.bundle("dmabuf.display")))
                .toArray(Option[]::new);
    }
}
