package dmabuf.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Has the kernel itself count the system calls of a thread, by its trace events. Inside the guest, whose trace file system is at hand. */
final class SystemCallCount {

    private static final Path EVENT = Path.of("/sys/kernel/debug/tracing/events/raw_syscalls/sys_enter");
    private static final Pattern LINE = Pattern.compile("\\{ id: (\\w+) +\\[ *\\d+] } hitcount: +(\\d+)");

    private SystemCallCount() {}

    /** Something to count the calls of. */
    @FunctionalInterface
    interface Task {
        void run() throws Exception;
    }

    /**
     * Runs a task in a thread of its own, and counts what that calls from then on until it ends.
     *
     * @return how often each call was made, by its name
     */
    static Map<String, Long> of(Task task) throws Exception {
        Exception[] failed = new Exception[1];
        String[] filter = new String[1];
        Thread thread = new Thread(() -> {
            try {
                // SELF/task/THREAD
                Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
                filter[0] = "hist:keys=id.syscall if common_pid==" + self.getFileName();
                trigger(filter[0]);
                task.run();
            } catch (Exception e) {
                failed[0] = e;
            }
        });
        thread.start();
        thread.join();
        if (failed[0] != null) {
            throw failed[0];
        }
        Map<String, Long> counted = read();
        trigger("!" + filter[0]);
        return counted;
    }

    private static void trigger(String command) throws IOException {
        Files.writeString(EVENT.resolve("trigger"), command);
    }

    private static Map<String, Long> read() throws IOException {
        return LINE.matcher(Files.readString(EVENT.resolve("hist"))).results()
                .collect(Collectors.toMap(SystemCallCount::name, match -> Long.parseLong(match.group(2))));
    }

    private static String name(MatchResult match) {
        return match.group(1).replaceFirst("^sys_", "");
    }
}
