package exporter.heap;

import dmabuf.linux.Devices;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much memory the machine has. The system heap refuses no size: it takes one page after the other until there are none, and Linux then
 * kills a process, most likely the one that asked. So what can never be had is refused before the heap is asked.
 */
final class MachineMemory {

    static final String FILE = "/proc/meminfo";
    private static final Pattern TOTAL = Pattern.compile("(?m)^MemTotal: +(\\d+) kB$");

    private MachineMemory() {}

    /** In bytes; {@link Long#MAX_VALUE} where the kernel does not tell, as simulated ones do not: they refuse by themselves. */
    static long of(Devices devices) {
        return devices.attribute(FILE).flatMap(MachineMemory::total).orElse(Long.MAX_VALUE);
    }

    static Optional<Long> total(String meminfo) {
        Matcher matcher = TOTAL.matcher(meminfo);
        return matcher.find() ? Optional.of(Long.parseLong(matcher.group(1)) << 10) : Optional.empty();
    }
}
