package dmabuf.bench;

import dmabuf.bench.process.Growth;
import java.util.ArrayList;
import java.util.List;

/**
 * How the cost of something grows. Goes into the JSON as it is.
 *
 * @param name a short name, that of its plot's file too
 * @param title what costs
 * @param x what there is more and more of
 * @param points the measurements
 */
public record Curve(String name, String title, String x, List<Point> points) {

    /**
     * A measurement.
     *
     * @param x how many, or how large
     * @param nanos what it cost, in nanoseconds
     */
    public record Point(double x, double nanos) {}

    /** Measures all curves. */
    static List<Curve> all(Effort effort) throws Exception {
        String kernel = BenchKernel.label();
        return List.of(
                measure(effort, "buffers", "export, map, unmap and close a buffer (" + kernel + ")", "other open, mapped buffers"),
                measure(effort, "exporters-select", "pick an exporter by a prepared selection", "exporters"),
                measure(effort, "exporters-arrive", "an exporter comes, is chosen, and goes", "exporters"),
                measure(effort, "size-udmabuf", "export, map, write a byte, close: udmabuf (" + kernel + ")", "bytes"),
                measure(effort, "size-heap", "export, map, write a byte, close: system heap (simulated)", "bytes"),
                measure(effort, "ranges", "the same, of ranges of a memfd (simulated)", "ranges"));
    }

    private static Curve measure(Effort effort, String name, String title, String x) throws Exception {
        List<String> command = JvmProbe.command(Growth.class);
        // A point is an iteration; there are up to ten in a curve.
        command.addAll(List.of(name, "2", "3", Integer.toString(effort.millis() / 5)));
        List<Point> points = new ArrayList<>();
        for (String line : Programs.run(command).lines().toList()) {
            String[] parts = line.split(" ");
            points.add(new Point(Double.parseDouble(parts[0]), Double.parseDouble(parts[1])));
        }
        return new Curve(name, title, x, points);
    }
}
