package dmabuf.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a table was made.
 *
 * @param processor the processor's name
 * @param cores how many it has for us
 * @param os the system and its release
 * @param java the JVM
 * @param kernel what the measurements are of
 * @param emulated whether the processor is an emulated one, on which ratios alone mean something
 */
public record Machine(String processor, int cores, String os, String java, String kernel, boolean emulated) {

    /** This machine. */
    static Machine here() {
        String processor = processorName();
        return new Machine(
                processor,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
                BenchKernel.label(),
                processor.contains("QEMU"));
    }

    private static String processorName() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    @Override
    public String toString() {
        return processor + ", " + cores + " cores" + (emulated ? " (emulated: ratios only)" : "") + "; " + os + "; " + java;
    }
}
