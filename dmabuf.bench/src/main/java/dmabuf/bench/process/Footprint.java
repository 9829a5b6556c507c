package dmabuf.bench.process;

import dmabuf.api.DmaBuf;
import dmabuf.api.Mapping;
import dmabuf.api.MmapRequest;
import dmabuf.bench.MemoryBench;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** How much heap an open, mapped buffer takes, {@code BUFFERS} of them at once. Prints bytes. */
public final class Footprint {

    private Footprint() {}

    /** Measures. */
    public static void main(String[] arguments) {
        int buffers = Integer.parseInt(arguments[0]);
        Iterations.of(arguments).printSingle(() -> measure(buffers));
    }

    private static double measure(int buffers) {
        try (MemoryBench bench = MemoryBench.real()) {
            List<DmaBuf> open = new ArrayList<>(buffers);
            List<Mapping> mapped = new ArrayList<>(buffers);
            // Classes and pools come first.
            try (DmaBuf buffer = bench.buffer(4096);
                    Mapping mapping = buffer.mmap(MmapRequest.whole())) {
                mapping.length();
            }
            long before = usedHeap();
            for (int i = 0; i < buffers; i++) {
                DmaBuf buffer = bench.buffer(4096);
                open.add(buffer);
                mapped.add(buffer.mmap());
            }
            double each = (usedHeap() - before) / (double) buffers;
            mapped.forEach(Mapping::close);
            open.forEach(DmaBuf::close);
            return each;
        }
    }

    private static long usedHeap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
