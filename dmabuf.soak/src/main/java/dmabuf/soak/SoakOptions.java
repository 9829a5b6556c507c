package dmabuf.soak;

import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;

/**
 * What the user asks for.
 *
 * @param swaps how often the exporter is swapped
 * @param threads how many importers there are
 * @param time after which it ends, however many swaps have been made
 * @param exporter the name of the exporter that is swapped, empty for the first one that suits
 * @param json whether the summary is for programs
 */
record SoakOptions(int swaps, int threads, Duration time, String exporter, boolean json) {

    static final int DEFAULT_SWAPS = 1000;
    static final int DEFAULT_THREADS = 8;
    static final int MOST_THREADS = 256;
    /** Longer than anybody waits. */
    private static final Duration NO_LIMIT = Duration.ofDays(365);

    /**
     * Reads arguments.
     *
     * @throws IllegalArgumentException when they are not understood, with a message for the user
     */
    static SoakOptions parse(String[] arguments) {
        int swaps = 0;
        int threads = DEFAULT_THREADS;
        int seconds = 0;
        String exporter = "";
        boolean json = false;
        Iterator<String> words = Arrays.asList(arguments).iterator();
        while (words.hasNext()) {
            String word = words.next();
            int equals = word.startsWith("--") ? word.indexOf('=') : -1;
            String name = equals < 0 ? word : word.substring(0, equals);
            String value = equals < 0 ? null : word.substring(equals + 1);
            switch (name) {
                case "--swaps" -> swaps = number(name, value(name, value, words), Integer.MAX_VALUE);
                case "--threads" -> threads = number(name, value(name, value, words), MOST_THREADS);
                case "--seconds" -> seconds = number(name, value(name, value, words), Integer.MAX_VALUE);
                case "--exporter" -> exporter = value(name, value, words);
                case "--json" -> json = true;
                default -> throw new IllegalArgumentException(
                        name.startsWith("-") ? "no such option: " + name : "not understood: " + word);
            }
        }
        return new SoakOptions(
                swaps > 0 ? swaps : seconds > 0 ? Integer.MAX_VALUE : DEFAULT_SWAPS,
                threads,
                seconds > 0 ? Duration.ofSeconds(seconds) : NO_LIMIT,
                exporter,
                json);
    }

    private static String value(String name, String given, Iterator<String> words) {
        if (given != null) {
            return given;
        }
        if (!words.hasNext()) {
            throw new IllegalArgumentException(name + " needs a value");
        }
        return words.next();
    }

    private static int number(String name, String text, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, in words of the user's.
        }
        throw new IllegalArgumentException(name + " takes a number from 1 to " + most + ", and not \"" + text + "\"");
    }
}
