package dmabuf.itest.container;

import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.CoreOptions.vmOptions;
import static org.ops4j.pax.exam.CoreOptions.when;
import static org.ops4j.pax.exam.CoreOptions.workingDirectory;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ops4j.pax.exam.ExamSystem;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.TestAddress;
import org.ops4j.pax.exam.TestContainer;
import org.ops4j.pax.exam.TestContainerException;
import org.ops4j.pax.exam.TestProbeBuilder;
import org.ops4j.pax.exam.spi.PaxExamRuntime;

/** Brings a container up with Pax Exam, has one test class run in it, and takes it down. */
final class Container {

    /** What the launcher in {@link ContainerRun} consists of. */
    private static final String[] JUNIT = {
        "opentest4j",
        "junit-platform-commons",
        "junit-platform-engine",
        "junit-platform-launcher",
        "junit-jupiter-api",
        "junit-jupiter-params",
        "junit-jupiter-engine",
    };

    /** Whether the container gets a JVM of its own. */
    private static final boolean FORKED = Boolean.getBoolean("exam.forked");

    private Container() {}

    static List<Outcome> run(Class<?> type) throws Exception {
        Path work = Files.createDirectories(Path.of(System.getProperty("exam.work", "target/exam"))).toAbsolutePath();
        Path file = Files.createTempFile(work, type.getSimpleName(), ".outcomes");
        try {
            ExamSystem system = PaxExamRuntime.createTestSystem(options(type, work.resolve(type.getName())));
            TestProbeBuilder probe = system.createProbe();
            TestAddress address = probe.addTest(ContainerRun.class, "run", type.getName(), file.toString());
            TestContainer container = PaxExamRuntime.createContainer(system);
            try {
                container.start();
                try (InputStream bundle = probe.build().getStream()) {
                    container.installProbe(bundle);
                }
                call(container, address);
            } finally {
                container.stop();
            }
            return read(file);
        } finally {
            Files.delete(file);
        }
    }

    private static Option[] options(Class<?> type, Path folder) throws ReflectiveOperationException {
        Platform platform = type.getAnnotation(InContainer.class).value().getDeclaredConstructor().newInstance();
        return new Option[] {
            workingDirectory(folder.toString()),
            composite(forwarded()),
            when(FORKED).useOptions(vmOptions("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")),
            ContainerJars.bundles(JUNIT),
            composite(platform.options()),
        };
    }

    /** A forked container does not see the properties of this JVM by itself. */
    private static Option[] forwarded() {
        List<Option> properties = new ArrayList<>();
        for (String key : List.of(
                ContainerJars.FOLDER, "org.ops4j.pax.logging.DefaultServiceLog.level", "java.util.logging.config.file")) {
            String value = System.getProperty(key);
            if (value != null) {
                properties.add(systemProperty(key).value(value));
            }
        }
        return properties.toArray(Option[]::new);
    }

    /** Calls into the container, without the wrapping that Pax Exam gives to what is thrown there. */
    private static void call(TestContainer container, TestAddress address) throws Exception {
        try {
            container.call(address);
        } catch (TestContainerException e) {
            Throwable cause = e;
            while (cause.getCause() != null && (cause instanceof TestContainerException || cause instanceof InvocationTargetException)) {
                cause = cause.getCause();
            }
            throw new IllegalStateException("the launcher in the container failed: " + cause, cause);
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Outcome> read(Path file) throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(file))) {
            return (List<Outcome>) in.readObject();
        }
    }
}
