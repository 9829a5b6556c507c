package dmabuf.screen.verb;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;

/**
 * What the verb is to do.
 *
 * @param device which screen; null for the first that shows something
 * @param png where to write a picture; null for nowhere
 * @param watch whether to follow it
 * @param draw whether to play the guest of a sample display first
 * @param limit how long to follow it; null for as long as nobody ends it
 */
record ScreenOptions(String device, Path png, boolean watch, boolean draw, Duration limit) {

    private static final long MOST_SECONDS = 10_000_000;

    /** @throws IllegalArgumentException when it is not understood, in one line for people */
    static ScreenOptions parse(String[] arguments) {
        String device = null;
        Path png = null;
        boolean watch = false;
        boolean draw = false;
        Duration limit = null;
        Iterator<String> words = List.of(arguments).iterator();
        while (words.hasNext()) {
            String word = words.next();
            int equals = word.startsWith("--") ? word.indexOf('=') : -1;
            String name = equals < 0 ? word : word.substring(0, equals);
            String attached = equals < 0 ? null : word.substring(equals + 1);
            switch (name) {
                case "--device" -> device = value(name, attached, words);
                case "--png" -> png = Path.of(value(name, attached, words));
                case "--seconds" -> limit = seconds(value(name, attached, words));
                case "--watch" -> watch = flag(name, attached);
                case "--draw" -> draw = flag(name, attached);
                default -> throw new IllegalArgumentException(
                        (word.startsWith("-") ? "no such option: " : "not understood: ") + word);
            }
        }
        if (draw && device == null) {
            throw new IllegalArgumentException("--draw needs a device: say on which with --device");
        }
        if (limit != null && !watch) {
            throw new IllegalArgumentException("--seconds says how long to --watch");
        }
        return new ScreenOptions(device, png, watch, draw, limit);
    }

    private static boolean flag(String name, String attached) {
        if (attached != null) {
            throw new IllegalArgumentException(name + " takes no value");
        }
        return true;
    }

    private static String value(String name, String attached, Iterator<String> words) {
        if (attached == null && !words.hasNext()) {
            throw new IllegalArgumentException(name + " needs a value");
        }
        String value = attached == null ? words.next() : attached;
        if (value.isEmpty()) {
            throw new IllegalArgumentException(name + " needs a value");
        }
        return value;
    }

    private static Duration seconds(String text) {
        if (!text.matches("[1-9]\\d{0,7}") || Long.parseLong(text) > MOST_SECONDS) {
            throw new IllegalArgumentException("--seconds is a number from 1 on, and not \"" + text + "\"");
        }
        return Duration.ofSeconds(Long.parseLong(text));
    }
}
