package dmabuf.camera;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** How long frames took from the driver to here. */
final class Latencies {

    private static final double NANOS_PER_MILLI = 1e6;

    private final List<Long> nanos = new ArrayList<>();

    void add(long one) {
        nanos.add(one);
    }

    /** Says it in words: least, middle and most. */
    @Override
    public String toString() {
        if (nanos.isEmpty()) {
            return "latency   is not known";
        }
        List<Long> sorted = new ArrayList<>(nanos);
        Collections.sort(sorted);
        String words = String.format(
                Locale.ROOT,
                "latency   least %.3f ms, middle %.3f ms, most %.3f ms",
                sorted.getFirst() / NANOS_PER_MILLI,
                sorted.get(sorted.size() / 2) / NANOS_PER_MILLI,
                sorted.getLast() / NANOS_PER_MILLI);
        return sorted.getFirst() < 0 ? words + "; the driver stamps frames with a time that is yet to come" : words;
    }
}
