package dmabuf.guest;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Makes the command line of a Java program that is to run in a guest, with this machine's JDK. */
public final class JavaCommand {

    /**
     * What makes a JVM quick on an emulated processor: half the time. What is compiled there is translated once more by QEMU, so that
     * compiling pays off much later than usual.
     */
    public static final List<String> EMULATION_FLAGS = List.of("-XX:+UseSerialGC", "-XX:CompileThresholdScaling=10");

    private static final List<String> NATIVE_FLAGS =
            List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

    private JavaCommand() {}

    /**
     * Makes a command line.
     *
     * @param classPath jars and class folders; make those visible that are under {@code /tmp}
     * @param main the main class
     * @param arguments its arguments
     * @return the command
     */
    public static List<String> of(List<Path> classPath, String main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(home().resolve("bin/java").toString());
        command.addAll(EMULATION_FLAGS);
        command.addAll(NATIVE_FLAGS);
        command.add("-cp");
        command.add(classPath.stream()
                .map(path -> path.toAbsolutePath().normalize().toString())
                .collect(Collectors.joining(File.pathSeparator)));
        command.add(main);
        command.addAll(arguments);
        return command;
    }

    /**
     * Gives the JDK that commands inside get: the one that runs this.
     *
     * @return its folder
     */
    public static Path home() {
        return Path.of(System.getProperty("java.home"));
    }
}
