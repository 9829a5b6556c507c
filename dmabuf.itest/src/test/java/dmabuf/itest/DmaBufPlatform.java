package dmabuf.itest;

import dmabuf.itest.container.ContainerJars;
import dmabuf.itest.container.Platform;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;

/** The framework services, the contract, both kernels and the core. Exporters and importers are what each test installs itself. */
public final class DmaBufPlatform implements Platform {

    @Override
    public Option[] options() {
        return CoreOptions.options(
                ContainerJars.bundles(
                        "org.osgi.util.function",
                        "org.osgi.util.promise",
                        "org.osgi.service.component",
                        "org.apache.felix.configadmin",
                        "org.apache.felix.metatype",
                        "org.apache.felix.scr"),
                ContainerJars.bundles("iosys.map", "dmabuf.api", "dmabuf.linux", "dmabuf.sim", "dmabuf.core"));
    }
}
