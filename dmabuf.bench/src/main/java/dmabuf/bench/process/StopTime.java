package dmabuf.bench.process;

import dmabuf.api.DmaBuf;
import dmabuf.api.Mapping;
import dmabuf.bench.MemoryBench;
import java.util.ArrayDeque;
import java.util.Deque;

/** How long an exporter takes to leave while its buffers are mapped: {@code BUFFERS} and how often. Prints nanoseconds. */
public final class StopTime {

    private StopTime() {}

    /** Measures. */
    public static void main(String[] arguments) {
        int buffers = Integer.parseInt(arguments[0]);
        Iterations.of(arguments).printSingle(() -> stop(buffers));
    }

    private static double stop(int buffers) {
        try (MemoryBench bench = MemoryBench.real()) {
            Deque<AutoCloseable> open = new ArrayDeque<>();
            for (int i = 0; i < buffers; i++) {
                DmaBuf buffer = bench.buffer(4096);
                Mapping mapping = buffer.mmap();
                open.push(buffer::close);
                open.push(mapping::close);
            }
            long begun = System.nanoTime();
            bench.stopExporter();
            double nanos = System.nanoTime() - begun;
            while (!open.isEmpty()) {
                open.pop().close();
            }
            return nanos;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
