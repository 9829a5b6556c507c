package dmabuf.soak;

import dmabuf.linux.ProcessResources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What this process holds at one moment, and what a swap could leave behind.
 *
 * @param resources descriptors and mappings
 * @param threads how many threads of each name there are, digits apart
 * @param loaders the exporter's class loaders that are alive
 */
record Holdings(ProcessResources resources, Map<String, Integer> threads, int loaders) {

    /**
     * Threads that are nobody's leak: the JDK's, which waits for the end of a child process and stays for a minute after; and those of the
     * JVM, the framework and the launcher that wait for the soak's end when a signal has ended it.
     */
    private static final Predicate<String> ORDINARY =
            Pattern.compile("process reaper.*|SIG[A-Z]+ handler|FelixShutdown|dmabuf shutdown").asMatchPredicate();

    static Holdings now(int loaders) {
        Map<String, Integer> threads = new TreeMap<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!ORDINARY.test(thread.getName())) {
                threads.merge(thread.getName().replaceAll("\\d+", "N"), 1, Integer::sum);
            }
        }
        return new Holdings(ProcessResources.now(), threads, loaders);
    }

    /** Compares kind by kind with what was held at the start. */
    List<Check> since(Holdings start) {
        List<Check> checks = new ArrayList<>();
        checks.add(new Check("dma-bufs", start.resources.dmaBufs(), resources.dmaBufs()));
        checks.add(new Check("memfds", start.resources.memfds(), resources.memfds()));
        checks.add(new Check("device nodes", start.resources.devices(), resources.devices()));
        checks.add(new Check("sockets", start.resources.sockets(), resources.sockets()));
        checks.add(new Check("mappings", start.resources.mappings(), resources.mappings()));
        checks.add(new Check("mapped bytes", start.resources.mappedBytes(), resources.mappedBytes()));
        // What is somebody else's may end meanwhile, as what is left of a framework before this one does; only more of a name is a leak.
        int before = count(start.threads);
        checks.add(new Check("threads", before, before + more(start), newThreads(start)));
        checks.add(new Check("exporter class loaders", start.loaders, loaders));
        return checks;
    }

    private static int count(Map<String, Integer> threads) {
        return threads.values().stream().mapToInt(Integer::intValue).sum();
    }

    private int more(Holdings start) {
        return threads.entrySet().stream()
                .mapToInt(one -> Math.max(0, one.getValue() - start.threads.getOrDefault(one.getKey(), 0)))
                .sum();
    }

    private String newThreads(Holdings start) {
        List<String> more = threads.entrySet().stream()
                .filter(one -> one.getValue() > start.threads.getOrDefault(one.getKey(), 0))
                .map(Map.Entry::getKey)
                .toList();
        return more.isEmpty() ? "" : "new: " + String.join(", ", more);
    }
}
