package dmabuf.tck.fault;

import dmabuf.linux.ProcessResources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What this process holds that buffers and their fences are made of: {@link ProcessResources}, pipes, what epoll needs, and threads. */
final class Holdings {

    private static final String OUR_THREADS = "dmabuf";
    /** A simulated kernel keeps its own threads, which end a while after they have had nothing to do. */
    private static final String SIMULATION = "dmabuf-simulated";

    private final ProcessResources resources = ProcessResources.now();
    private final Map<String, Integer> others = new TreeMap<>();

    private Holdings() {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                count(target(descriptor));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith(OUR_THREADS) && !thread.getName().startsWith(SIMULATION)) {
                others.merge("thread " + thread.getName(), 1, Integer::sum);
            }
        }
    }

    static Holdings now() {
        return new Holdings();
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // Closed since the folder was listed: not held any more.
        }
    }

    private void count(String target) {
        if (target.startsWith("pipe:") || target.startsWith("anon_inode:")) {
            others.merge(target.replaceFirst(":\\[\\d+\\]$", ""), 1, Integer::sum);
        }
    }

    /** What is held more than before, in words; empty when it is nothing. */
    String moreThan(Holdings before) {
        ProcessResources difference = resources.since(before.resources);
        StringBuilder words = new StringBuilder(difference.isNothing() ? "" : difference.toString());
        others.forEach((what, count) -> {
            int more = count - before.others.getOrDefault(what, 0);
            if (more > 0) {
                words.append(words.isEmpty() ? "" : ", ").append(more).append(' ').append(what);
            }
        });
        return words.toString();
    }
}
