package dmabuf.itest;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** A program that ends without having closed anything. What it says last was read from the memory that it has. */
final class EndWithOpenBuffers {

    /** The framework is stopped before, and nothing else than the end of {@code main} ends the process. */
    static final String FRAMEWORK_FIRST = "the framework has stopped, and main returns";
    /** The process ends, and with it the framework, while a thread is at work in the memory. */
    static final String AT_ONCE = "exit while the framework runs and memory is in use";
    static final String LAST_WORDS = "kept to the end: ok";

    private EndWithOpenBuffers() {}

    public static void main(String[] arguments) throws Exception {
        @SuppressWarnings("resource")
        OwnFramework framework = new OwnFramework(Path.of(arguments[1]), Deployment.UDMABUF);
        framework.install("exporter.udmabuf");
        OwnFramework.IMPORTERS.forEach(each -> framework.insist(each, "keep"));
        List<UnaryOperator<String>> importers = OwnFramework.IMPORTERS.stream().map(framework::importer).toList();
        if (arguments[0].equals(FRAMEWORK_FIRST)) {
            framework.shutDown();
            say(importers);
            return;
        }
        Thread.ofPlatform().daemon().start(() -> {
            while (true) {
                say(importers);
            }
        });
        say(importers);
        System.exit(0);
    }

    private static void say(List<UnaryOperator<String>> importers) {
        List<String> answers = importers.stream().map(each -> each.apply("check")).distinct().toList();
        System.out.println("kept to the end: " + String.join(", ", answers));
    }
}
