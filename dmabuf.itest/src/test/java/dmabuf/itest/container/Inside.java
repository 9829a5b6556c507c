package dmabuf.itest.container;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.util.tracker.ServiceTracker;

/** The extension's face in the container: gives tests the bundle context and services. */
final class Inside {

    private static final Namespace NAMESPACE = Namespace.create(Inside.class);

    private Inside() {}

    static Object resolve(ParameterContext parameter, ExtensionContext context) {
        BundleContext bundle = FrameworkUtil.getBundle(context.getRequiredTestClass()).getBundleContext();
        return parameter.findAnnotation(Service.class)
                .map(service -> await(bundle, service, parameter, context))
                .orElse(bundle);
    }

    private static Object await(BundleContext bundle, Service service, ParameterContext parameter, ExtensionContext context) {
        Filter filter = filter(parameter.getParameter().getType(), service.filter());
        ServiceTracker<Object, Object> tracker = new ServiceTracker<>(bundle, filter, null);
        tracker.open();
        // The store of a test closes what is in it when the test ends; so the service is given back.
        context.getStore(NAMESPACE).put(tracker, (AutoCloseable) tracker::close);
        try {
            Object found = tracker.waitForService(service.timeoutMillis());
            if (found == null) {
                throw new ParameterResolutionException("no service " + filter + " within " + service.timeoutMillis() + " ms");
            }
            return found;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ParameterResolutionException("interrupted while waiting for a service " + filter, e);
        }
    }

    private static Filter filter(Class<?> type, String further) {
        String text = "(&(" + Constants.OBJECTCLASS + "=" + type.getName() + ")" + further + ")";
        try {
            return FrameworkUtil.createFilter(text);
        } catch (InvalidSyntaxException e) {
            throw new ParameterResolutionException("not a filter: " + further, e);
        }
    }
}
