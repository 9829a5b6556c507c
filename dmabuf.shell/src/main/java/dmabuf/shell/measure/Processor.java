package dmabuf.shell.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What kind of processor this runs on: whether a cache attribute matters to it. */
enum Processor {
    /** Nobody is between the program and the caches. */
    REAL,
    /** A virtual machine's: its hypervisor may set the cache attribute aside, as Intel's do for memory that is no device's. */
    VIRTUAL,
    /** Made of software, which has no caches that an attribute could switch off. */
    EMULATED;

    private static final Path INFO = Path.of("/proc/cpuinfo");
    private static final Path CLOCKS = Path.of("/sys/devices/system/clocksource/clocksource0/available_clocksource");

    private static final Pattern HYPERVISOR = Pattern.compile("(?m)^flags\\s*:.*\\bhypervisor\\b");
    private static final Pattern QEMU = Pattern.compile("(?m)^model name\\s*:.*\\bQEMU\\b");
    private static final Pattern TCG = Pattern.compile("(?m)^model name\\s*:.*\\bTCG\\b");

    /** The one that this runs on. */
    static Processor here() {
        return of(read(INFO), read(CLOCKS));
    }

    /**
     * Reads the kernel's words.
     *
     * @param info of {@code /proc/cpuinfo}
     * @param clocks the clock sources: a guest of KVM has KVM's, whatever its processor is called
     */
    static Processor of(String info, String clocks) {
        boolean qemu = QEMU.matcher(info).find() && !clocks.contains("kvm-clock");
        if (qemu || TCG.matcher(info).find()) {
            return EMULATED;
        }
        return HYPERVISOR.matcher(info).find() ? VIRTUAL : REAL;
    }

    /** A file that is not there says nothing. */
    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
