package dmabuf.bench.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.framework.Felix;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;

/** A framework with nothing but empty bundles in it: the jars of a folder. Says how many it has started, and ends. */
public final class BareFelix {

    private BareFelix() {}

    /** Starts it: the folder of the jars, and one for the framework's storage. */
    public static void main(String[] arguments) throws Exception {
        Map<String, Object> properties = new HashMap<>();
        properties.put(Constants.FRAMEWORK_STORAGE, arguments[1]);
        properties.put("felix.log.level", "1");
        Felix framework = new Felix(properties);
        framework.init();
        List<Path> jars;
        try (var files = Files.list(Path.of(arguments[0]))) {
            jars = files.sorted().toList();
        }
        List<Bundle> bundles = new ArrayList<>();
        for (Path jar : jars) {
            bundles.add(framework.getBundleContext().installBundle("reference:" + jar.toUri()));
        }
        framework.start();
        for (Bundle bundle : bundles) {
            bundle.start();
        }
        System.out.println(bundles.size() + " bundles");
        framework.stop();
        framework.waitForStop(10_000);
    }
}
