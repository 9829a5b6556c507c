package dmabuf.bench;

import java.util.Locale;

/** What a row counts, and how that is written. */
public enum Unit {
    /** Nanoseconds for each operation. */
    NANOS {
        @Override
        public String text(double value) {
            double size = Math.abs(value);
            if (size < 10_000) {
                return format(value, "ns");
            }
            return size < 10_000_000 ? format(value / 1_000, "µs") : format(value / 1_000_000, "ms");
        }
    },
    /** Bytes of heap. */
    BYTES {
        @Override
        public String text(double value) {
            return format(value, "B");
        }
    },
    /** How many times as much. */
    FACTOR {
        @Override
        public String text(double value) {
            return String.format(Locale.ROOT, "%.2f x", value);
        }
    };

    /** A value with its unit, for people. */
    public abstract String text(double value);

    private static String format(double value, String unit) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size < 10 ? "%.2f %s" : size < 100 ? "%.1f %s" : "%.0f %s", value, unit);
    }
}
