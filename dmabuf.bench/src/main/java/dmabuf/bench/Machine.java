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

    private static final Path CLOCKS = Path.of("/sys/devices/system/clocksource/clocksource0/available_clocksource");

    /** This machine. */
    static Machine here() {
        String processor = processorName();
        return new Machine(
                processor,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
                BenchKernel.label(),
                isEmulated(processor, text(CLOCKS)));
    }

    /**
     * Reads the kernel's words.
     *
     * @param clocks the clock sources: a guest of KVM has KVM's, whatever its processor is called
     */
    static boolean isEmulated(String processor, String clocks) {
        return processor.contains("TCG") || processor.contains("QEMU") && !clocks.contains("kvm-clock");
    }

    private static String processorName() {
        return text(Path.of("/proc/cpuinfo")).lines()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    /** A file that is not there says nothing. */
    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public String toString() {
        String number = cores + (cores == 1 ? " core" : " cores");
        return processor + ", " + number + (emulated ? " (emulated CPU, ratios only)" : "") + "; " + os + "; " + java;
    }
}
