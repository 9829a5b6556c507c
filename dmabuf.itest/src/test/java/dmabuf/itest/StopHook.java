package dmabuf.itest;

import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * The activator of an {@link EmptyBundle}: when stopped, runs every {@code Runnable} that the bundle itself has registered as a service.
 * The framework calls it after it has announced that the bundle is stopping, and before it unregisters the bundle's services.
 */
public final class StopHook implements BundleActivator {

    @Override
    public void start(BundleContext context) {
        // There is nothing to do; the test acts through the bundle's context.
    }

    @Override
    public void stop(BundleContext context) {
        ServiceReference<?>[] registered = context.getBundle().getRegisteredServices();
        for (ServiceReference<?> reference : registered == null ? new ServiceReference<?>[0] : registered) {
            if (context.getService(reference) instanceof Runnable hook) {
                hook.run();
            }
        }
    }
}
