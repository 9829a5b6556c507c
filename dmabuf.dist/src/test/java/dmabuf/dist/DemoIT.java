package dmabuf.dist;

import static dmabuf.dist.Command.dmabuf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    @Test
    void everyStepOfThePictureHolds() {
        Command.Ended ended = demo().succeeds();
        assertEquals("", ended.err());
        List<String> lines = ended.out().lines().toList();
        String[] titles = {"exporters", "place", "importer", "process", "update", "refusals", "clean"};
        for (int i = 0; i < titles.length; i++) {
            assertTrue(lines.get(i).startsWith(i + 1 + "  " + titles[i] + " "), lines.get(i));
        }
        assertTrue(lines.get(0).contains("(simulated)"), lines.get(0));
        assertTrue(lines.get(1).contains("3 ranges of 2 memfds"), lines.get(1));
        assertTrue(lines.get(2).contains("allocates 0 bytes"), lines.get(2));
        assertTrue(lines.get(4).contains("generation 1 became 2"), lines.get(4));
        assertTrue(lines.get(5).contains("closed buffer: mmap EBADF"), lines.get(5));
        assertTrue(lines.getLast().matches("\\d\\d checks held in .*"), lines.getLast());
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
