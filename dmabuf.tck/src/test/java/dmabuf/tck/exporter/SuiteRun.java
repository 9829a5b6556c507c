package dmabuf.tck.exporter;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dmabuf.tck.exporter.wrong.RightExporter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** One run of the suite on one exporter: which tests passed, failed, and were skipped, with what they said. */
final class SuiteRun implements TestExecutionListener {

    final Map<String, String> passed = new TreeMap<>();
    final Map<String, String> failed = new TreeMap<>();
    final Map<String, String> skipped = new TreeMap<>();

    static SuiteRun of(Class<? extends RightExporter> exporter, Path folder, String... headers) throws IOException {
        Path jar = folder.resolve(exporter.getSimpleName() + ".jar");
        ExporterBundle.write(jar, exporter, headers);
        SuiteOfAnExporter.jar = jar;
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(SuiteOfAnExporter.class))
                .build();
        SuiteRun run = new SuiteRun();
        LauncherFactory.create().execute(request, run);
        return run;
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        String words = result.getThrowable().map(Throwable::getMessage).orElse("");
        // A container that fails hides its tests: that is to be seen too.
        if (test.isTest() || result.getStatus() == TestExecutionResult.Status.FAILED) {
            Map<String, String> verdict =
                    switch (result.getStatus()) {
                        case SUCCESSFUL -> passed;
                        case FAILED -> failed;
                        case ABORTED -> skipped;
                    };
            verdict.put(test.getDisplayName().replaceFirst("\\(.*", ""), words);
        }
    }
}
