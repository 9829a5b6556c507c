package dmabuf.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What this process holds of the things that buffers are made of, as {@code /proc/self} shows it: descriptors of dma-bufs, memfds, device
 * nodes and sockets, and mappings of dma-bufs and memfds. Take it before and after: what is left over has leaked.
 *
 * <p>A simulated dma-buf counts as the memfds that it is made of. What the JVM has for itself (its heap, when that is a memfd) is left
 * out. Immutable; equal when all the figures are.
 */
public final class ProcessResources {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Path MAPPINGS = Path.of("/proc/self/maps");
    /** What any process may have open, whatever it does with buffers. */
    private static final Set<String> ORDINARY = Set.of(
            "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/console", "/dev/ptmx");
    private static final String DMA_BUF = "/dmabuf:";
    private static final String MEMFD = "/memfd:";
    private static final String JAVA_HEAP = "/memfd:java_heap";

    private int dmaBufs;
    private int memfds;
    private int devices;
    private int sockets;
    private int mappings;
    private long mappedBytes;

    private ProcessResources() {}

    /**
     * Counts.
     *
     * @return what this process holds now; while other threads open and close, a figure from some moment during the call
     * @throws UncheckedIOException when {@code /proc} is not there
     */
    public static ProcessResources now() {
        ProcessResources counted = new ProcessResources();
        try {
            counted.countDescriptors();
            counted.countMappings();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return counted;
    }

    private void countDescriptors() throws IOException {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                try {
                    count(Files.readSymbolicLink(descriptor).toString());
                } catch (IOException e) {
                    // Closed since the folder was listed: not held any more, so not counted.
                    continue;
                }
            }
        }
    }

    private void count(String target) {
        if (target.startsWith(DMA_BUF)) {
            dmaBufs++;
        } else if (target.startsWith(MEMFD) && !target.startsWith(JAVA_HEAP)) {
            memfds++;
        } else if (target.startsWith("socket:")) {
            sockets++;
        } else if (isDevice(target)) {
            devices++;
        }
    }

    private static boolean isDevice(String target) {
        return target.startsWith("/dev/") && !ORDINARY.contains(target)
                && !target.startsWith("/dev/pts/") && !target.startsWith("/dev/shm/");
    }

    private void countMappings() throws IOException {
        // address perms offset dev inode path, see proc_pid_maps(5)
        for (String line : Files.readAllLines(MAPPINGS, StandardCharsets.ISO_8859_1)) {
            String[] fields = line.split(" +", 6);
            String path = fields.length < 6 ? "" : fields[5];
            if (path.startsWith(DMA_BUF) || path.startsWith(MEMFD) && !path.startsWith(JAVA_HEAP)) {
                int dash = fields[0].indexOf('-');
                mappings++;
                mappedBytes += Long.parseUnsignedLong(fields[0].substring(dash + 1), 16)
                        - Long.parseUnsignedLong(fields[0].substring(0, dash), 16);
            }
        }
    }

    /**
     * Subtracts.
     *
     * @param before what was held before
     * @return what is held more; figures are negative where it is less
     */
    public ProcessResources since(ProcessResources before) {
        ProcessResources difference = new ProcessResources();
        difference.dmaBufs = dmaBufs - before.dmaBufs;
        difference.memfds = memfds - before.memfds;
        difference.devices = devices - before.devices;
        difference.sockets = sockets - before.sockets;
        difference.mappings = mappings - before.mappings;
        difference.mappedBytes = mappedBytes - before.mappedBytes;
        return difference;
    }

    /**
     * Tells whether there is nothing at all: of a difference, whether nothing has leaked.
     *
     * @return true when every figure is 0
     */
    public boolean isNothing() {
        return equals(new ProcessResources());
    }

    /**
     * Counts descriptors of real dma-bufs.
     *
     * @return how many
     */
    public int dmaBufs() {
        return dmaBufs;
    }

    /**
     * Counts descriptors of memfds.
     *
     * @return how many
     */
    public int memfds() {
        return memfds;
    }

    /**
     * Counts descriptors of device nodes, save the ones that any process has, like {@code /dev/null}.
     *
     * @return how many
     */
    public int devices() {
        return devices;
    }

    /**
     * Counts descriptors of sockets, of whatever kind.
     *
     * @return how many
     */
    public int sockets() {
        return sockets;
    }

    /**
     * Counts mappings of dma-bufs and memfds. The kernel joins neighbours that continue each other to one.
     *
     * @return how many
     */
    public int mappings() {
        return mappings;
    }

    /**
     * Adds up the mappings of dma-bufs and memfds.
     *
     * @return bytes of address space
     */
    public long mappedBytes() {
        return mappedBytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProcessResources that && dmaBufs == that.dmaBufs && memfds == that.memfds && devices == that.devices
                && sockets == that.sockets && mappings == that.mappings && mappedBytes == that.mappedBytes;
    }

    @Override
    public int hashCode() {
        return Objects.hash(dmaBufs, memfds, devices, sockets, mappings, mappedBytes);
    }

    /** Says the figures in words: {@code 1 dma-buf, 2 memfds, no device nodes, no sockets, 1 mapping of 4096 bytes}. */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        words.add(words(dmaBufs, "dma-buf"));
        words.add(words(memfds, "memfd"));
        words.add(words(devices, "device node"));
        words.add(words(sockets, "socket"));
        words.add(words(mappings, "mapping") + (mappedBytes == 0 ? "" : " of " + mappedBytes + " bytes"));
        return String.join(", ", words);
    }

    private static String words(int count, String thing) {
        return count == 0 ? "no " + thing + "s" : count + " " + thing + (count == 1 ? "" : "s");
    }
}
