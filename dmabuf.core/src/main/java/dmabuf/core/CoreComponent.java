package dmabuf.core;

import dmabuf.api.BufferSource;
import dmabuf.api.DmaBufs;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Puts the core into a container. Registers {@link DmaBufs} itself, so that it comes after the first sources and goes before anything else
 * is taken down.
 */
@Component(service = {}, immediate = true, configurationPid = CoreConfig.PID)
@Designate(ocd = CoreConfig.class)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"dmabuf.api.DmaBufs\"", uses = DmaBufs.class)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"dmabuf.api.BufferSource\"", uses = BufferSource.class)
public final class CoreComponent {

    private final CoreDmaBufs core = new CoreDmaBufs();
    private final ExporterTracker exporters;
    private final ServiceRegistration<DmaBufs> service;

    /**
     * Starts.
     *
     * @param context the core's bundle
     * @param config the configuration
     */
    @Activate
    public CoreComponent(BundleContext context, CoreConfig config) {
        configure(config);
        exporters = new ExporterTracker(context, core);
        exporters.open();
        service = context.registerService(DmaBufs.class, core, null);
    }

    /**
     * Takes a changed configuration over.
     *
     * @param config the configuration
     * @throws IllegalArgumentException for an aliasing that is none of the three
     */
    @Modified
    public void configure(CoreConfig config) {
        core.aliasing(AliasPolicy.ofConfiguration(config.aliasing()));
        core.drainTimeoutMillis(config.drainTimeoutMillis());
        core.graceMillis(config.graceMillis());
        core.traceLeaks(config.traceLeaks());
    }

    /** Stops. */
    @Deactivate
    public void stop() {
        service.unregister();
        core.close();
        exporters.close();
    }
}
