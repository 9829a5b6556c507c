package dmabuf.itest.container;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/**
 * The extension behind {@link InContainer}. It has two faces: inside the container it resolves parameters and lets everything run;
 * outside it runs nothing, and tells what happened inside ({@link Outside}).
 */
final class ContainerExtension implements BeforeAllCallback, AfterAllCallback, InvocationInterceptor, ParameterResolver {

    /** Inside, this class was loaded by a bundle. */
    private static final boolean INSIDE = FrameworkUtil.getBundle(ContainerExtension.class) != null;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        if (!INSIDE) {
            Outside.outcomes(context).beforeAll(context.getUniqueId());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (!INSIDE) {
            Outside.outcomes(context).afterAll(context.getUniqueId());
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == BundleContext.class || parameter.isAnnotated(Service.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return INSIDE ? Inside.resolve(parameter, context) : null;
    }

    @Override
    public <T> T interceptTestClassConstructor(
            Invocation<T> invocation, ReflectiveInvocationContext<Constructor<T>> invoked, ExtensionContext context)
            throws Throwable {
        if (INSIDE) {
            return invocation.proceed();
        }
        invocation.skip();
        return Outside.allocate(invoked.getExecutable().getDeclaringClass());
    }

    @Override
    public void interceptBeforeAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> invoked, ExtensionContext context)
            throws Throwable {
        proceedInside(invocation);
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> invoked, ExtensionContext context)
            throws Throwable {
        proceedInside(invocation);
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> invoked, ExtensionContext context)
            throws Throwable {
        proceedOrReplay(invocation, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> invoked, ExtensionContext context)
            throws Throwable {
        proceedOrReplay(invocation, context);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T interceptTestFactoryMethod(
            Invocation<T> invocation, ReflectiveInvocationContext<Method> invoked, ExtensionContext context)
            throws Throwable {
        if (INSIDE) {
            return invocation.proceed();
        }
        invocation.skip();
        // The engine accepts any collection of dynamic nodes, whatever the method declares.
        return (T) Outside.outcomes(context).dynamicTests(context.getUniqueId());
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> invoked, ExtensionContext context)
            throws Throwable {
        proceedInside(invocation);
    }

    @Override
    public void interceptAfterAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> invoked, ExtensionContext context)
            throws Throwable {
        proceedInside(invocation);
    }

    private static void proceedInside(Invocation<Void> invocation) throws Throwable {
        if (INSIDE) {
            invocation.proceed();
        } else {
            invocation.skip();
        }
    }

    private static void proceedOrReplay(Invocation<Void> invocation, ExtensionContext context) throws Throwable {
        proceedInside(invocation);
        if (!INSIDE) {
            Outside.outcomes(context).replay(context.getUniqueId());
        }
    }
}
