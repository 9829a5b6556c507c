package dmabuf.dist;

import static dmabuf.dist.Command.dmabuf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verb demo. */
class DemoIT {

    @TempDir
    private Path folder;

    private static Command.Ended demo(Object... arguments) {
        Object[] all = new Object[arguments.length + 1];
        all[0] = "demo";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return dmabuf(all).with("DMABUF_KERNEL", "simulated").run();
    }

    /** What is told of each step, in one piece. */
    private static Map<String, String> steps(Command.Ended ended) {
        Map<String, String> steps = new LinkedHashMap<>();
        String title = "";
        for (String line : ended.out().lines().toList()) {
            assertTrue(line.length() <= 80, line);
            Matcher step = Pattern.compile("[ 1]\\d  (\\w+) +(.*)").matcher(line);
            if (step.matches()) {
                title = step.group(1);
                steps.put(title, step.group(2));
            } else if (line.startsWith(" ")) {
                steps.merge(title, line.strip(), (before, more) -> before + " " + more);
            }
        }
        return steps;
    }

    private static void assertSays(Map<String, String> steps, String title, String... parts) {
        for (String part : parts) {
            assertTrue(steps.get(title).matches("(?s).*" + part + ".*"), () -> title + " lacks \"" + part + "\": " + steps.get(title));
        }
    }

    @Test
    void everyStepOfThePictureHolds() {
        Command.Ended ended = demo().succeeds();
        assertEquals("", ended.err());
        Map<String, String> steps = steps(ended);
        assertEquals(
                List.of("exporters", "place", "importer", "process", "update", "policies", "wishes", "device", "swap", "refusals",
                        "screen", "clean"),
                List.copyOf(steps.keySet()));
        assertSays(steps, "exporters", "udmabuf \\(simulated\\)", "i915 \\(\\d devices, simulated\\)");
        assertSays(steps, "place", "3 ranges of 2 memfds");
        assertSays(steps, "importer", "allocates 0 bytes");
        assertSays(steps, "update", "generation 1 became 2");
        assertSays(steps, "refusals", "closed buffer: mmap EBADF");
        assertTrue(ended.out().lines().reduce((first, last) -> last).orElse("").matches("\\d\\d+ checks held in .*"), ended::toString);
    }

    @Test
    void simulatedGpusShowTheirPoliciesAndServeEveryWish() {
        Map<String, String> steps = steps(demo("--machine", "all").succeeds());
        assertSays(steps, "policies", "4 exporters",
                "i915 on /dev/dri/renderD\\d+ \\(simulated\\): cached, coherent; modes .*uc \\(uncached\\)",
                "\\(simulated\\): write-combined");
        assertSays(steps, "wishes",
                "cached reads: \\w+ on \\S+ \\(simulated\\) generation \\d, mode [a-z-]+, cached; refused: ",
                "streaming writes: .*, write-combined; refused: ",
                "uncached: .*, uncached; refused: .* caching is cached",
                "device memory: .*; refused: ");
        assertSays(steps, "device", "is handle 1 of \\w+ on /dev/dri/renderD\\d+ \\(simulated\\)", "same bytes on both sides, same inode");
        assertSays(steps, "swap", "was stopped under a mapped buffer", "contents intact", "served by .* \\(write-combined\\)",
                "generation 1 became 2");
    }

    @Test
    void machineWithoutGpusSaysWhatItLacks() {
        Map<String, String> steps = steps(demo("--machine", "default").succeeds());
        assertSays(steps, "policies", "only 1 different here", "--machine all");
        assertSays(steps, "wishes", "uncached: none here; refused: 2");
        assertSays(steps, "device", "no DRM device that takes buffers of others");
        assertSays(steps, "swap", "served by udmabuf");
    }

    /** The best of a few: what else the machine does is not to be judged here. */
    @Test
    void exportersAreFoundInTime() {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 5 && best >= 2.5; i++) {
            Matcher seconds = Pattern.compile("found ([0-9.]+) s after process start").matcher(demo().succeeds().out());
            assertTrue(seconds.find());
            best = Math.min(best, Double.parseDouble(seconds.group(1)));
        }
        assertTrue(best < 2.5, "found after " + best + " s");
    }

    @Test
    void smallestFileAndOneOfManyPagesHold() throws Exception {
        demo(Files.writeString(folder.resolve("a file"), "x")).succeeds();
        demo(Files.write(folder.resolve("pages"), new byte[4096 * 7 + 1])).succeeds();
    }

    @Test
    void fileThatCannotServeIsSaid() throws Exception {
        demo(folder.resolve("none")).fails(1, "there is no such file");
        demo(folder).fails(1, "it is a folder");
        demo("/dev/null").fails(1, "it is no regular file");
        demo(Files.createFile(folder.resolve("empty"))).fails(1, "it is empty");
    }

    @Test
    void fileOverTheLimitNamesTheLimitAndTheParameter() throws Exception {
        Path file = folder.resolve("large");
        try (var sparse = new java.io.RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength((64L << 20) + 1);
        }
        Command.Ended ended = demo(file);
        ended.fails(1, "UDMABUF_CREATE_LIST", "EINVAL", "64 MiB", "/sys/module/udmabuf/parameters/size_limit_mb");
        assertFalse(ended.out().contains("checks held"), ended::toString);
    }
}
