package dmabuf.itest.container;

import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.platform.commons.support.AnnotationSupport;

/** The extension's face outside the container: has the class run inside, once, and keeps what happened there. */
final class Outside {

    private static final Namespace NAMESPACE = Namespace.create(Outside.class);

    private Outside() {}

    /** Gives the outcomes of the class that a test belongs to; the first one to ask has it run. */
    static Outcomes outcomes(ExtensionContext context) throws Exception {
        Class<?> type = outermost(context);
        Run run = context.getRoot().getStore(NAMESPACE).getOrComputeIfAbsent(type, key -> Run.of(type), Run.class);
        if (run.failure() != null) {
            throw run.failure();
        }
        return run.outcomes();
    }

    private static Class<?> outermost(ExtensionContext context) {
        Class<?> type = context.getRequiredTestClass();
        while (!AnnotationSupport.findAnnotation(type, InContainer.class).isPresent()
                || type.getEnclosingClass() != null && !Modifier.isStatic(type.getModifiers())) {
            type = type.getEnclosingClass();
        }
        return type;
    }

    /** A container that does not come up is tried once, and reported for every test. */
    private record Run(Outcomes outcomes, Exception failure) {

        static Run of(Class<?> type) {
            try {
                return new Run(new Outcomes(Container.run(type)), null);
            } catch (Exception e) {
                return new Run(null, e);
            }
        }
    }

    /**
     * Gives an object whose constructor was not run: the constructor of a test may well need the container. Deserialisation needs the
     * same, so the JDK has it, in a class that a compiler warns of and that is therefore reached by its name.
     */
    static <T> T allocate(Class<T> type) throws ReflectiveOperationException {
        Class<?> factory = Class.forName("sun.reflect.ReflectionFactory");
        Object instance = factory.getMethod("getReflectionFactory").invoke(null);
        Constructor<?> constructor = (Constructor<?>) factory.getMethod("newConstructorForSerialization", Class.class, Constructor.class)
                .invoke(instance, type, Object.class.getDeclaredConstructor());
        return type.cast(constructor.newInstance());
    }
}
