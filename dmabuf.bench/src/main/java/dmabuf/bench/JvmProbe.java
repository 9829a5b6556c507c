package dmabuf.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A Java program of this module that measures itself, in a process of its own: it is called with its arguments, and the number of warm-ups, of
 * iterations, and the milliseconds of each, and prints one value a line for each iteration that counts.
 *
 * @param main the class with the main method
 * @param arguments its arguments
 */
public record JvmProbe(Class<?> main, List<String> arguments) implements Probe {

    /** A program with its arguments. */
    public static JvmProbe of(Class<?> main, Object... arguments) {
        return new JvmProbe(main, Stream.of(arguments).map(Object::toString).toList());
    }

    @Override
    public Sample take(Effort effort) throws IOException, InterruptedException {
        List<String> command = command(main);
        command.addAll(arguments);
        command.addAll(List.of(
                Integer.toString(effort.warmups()), Integer.toString(effort.iterations()), Integer.toString(effort.millis())));
        return Sample.of(Programs.run(command).lines().mapToDouble(Double::parseDouble).toArray());
    }

    /** The command that runs a class of this module as this JVM runs. */
    public static List<String> command(Class<?> main) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return command;
    }
}
