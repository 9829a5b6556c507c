package dmabuf.shell;

/** Numbers of bytes as people write and read them. */
final class Sizes {

    private static final String UNITS = "KMGT";

    private Sizes() {}

    /**
     * Reads a number, which may end in K, M, G or T for the powers of 1024.
     *
     * @throws UsageException when it is none, or more than a {@code long} holds
     */
    static long parse(String text) {
        int shift = 10 * (1 + (text.isEmpty() ? -1 : UNITS.indexOf(Character.toUpperCase(text.charAt(text.length() - 1)))));
        try {
            long number = Long.parseLong(shift == 0 ? text : text.substring(0, text.length() - 1));
            if (number < 0) {
                throw new UsageException("a size is not negative: " + text);
            }
            return Math.multiplyExact(number, 1L << shift);
        } catch (NumberFormatException | ArithmeticException e) {
            throw new UsageException("not a size: " + text + " (bytes, or a number with K, M, G or T)");
        }
    }

    /** Writes a number with the largest unit that leaves no remainder: {@code 64 MiB}, {@code 4097 B}. */
    static String format(long bytes) {
        if (bytes == Long.MAX_VALUE) {
            return "none";
        }
        int unit = 0;
        long number = bytes;
        while (unit < UNITS.length() && number != 0 && number % 1024 == 0) {
            number /= 1024;
            unit++;
        }
        return number + " " + (unit == 0 ? "B" : UNITS.charAt(unit - 1) + "iB");
    }
}
