package dmabuf.tck.exporter;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives a test what it asks for: a {@link Workbench} with the exporter running on it, or the {@link BundleFile} alone. */
final class WorkbenchExtension implements ParameterResolver, AfterEachCallback {

    private static final Namespace NAMESPACE = Namespace.create(WorkbenchExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Workbench.class || type == BundleFile.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ExporterConformance suite = (ExporterConformance) context.getRequiredTestInstance();
        if (parameter.getParameter().getType() == BundleFile.class) {
            return BundleFile.read(suite.bundle());
        }
        // One framework serves all tests of a run.
        Container container = context.getRoot().getStore(NAMESPACE).getOrComputeIfAbsent(Container.class, key -> new Container(),
                Container.class);
        Workbench bench = new Workbench(suite, container);
        context.getStore(NAMESPACE).put(Workbench.class, bench);
        bench.start();
        return bench;
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        Workbench bench = context.getStore(NAMESPACE).remove(Workbench.class, Workbench.class);
        if (bench != null) {
            bench.clear();
        }
    }
}
