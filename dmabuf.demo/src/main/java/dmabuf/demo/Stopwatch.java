package dmabuf.demo;

/** Time that has passed, in words. */
record Stopwatch(long startNanos) {

    static Stopwatch start() {
        return new Stopwatch(System.nanoTime());
    }

    @Override
    public String toString() {
        return words(System.nanoTime() - startNanos);
    }

    static String words(long nanos) {
        if (nanos < 10_000) {
            return nanos + " ns";
        }
        return nanos < 1_000_000_000 ? "%.1f ms".formatted(nanos / 1e6) : "%.2f s".formatted(nanos / 1e9);
    }
}
