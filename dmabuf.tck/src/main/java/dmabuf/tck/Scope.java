package dmabuf.tck;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The variables that a case has made up to a line, and how numbers are written. Finds most mistakes before anything runs. */
final class Scope {

    /** What a variable is. */
    enum Kind {
        /** A descriptor. */
        FD("a descriptor"),
        /** Memory, mapped or the caller's. */
        MEMORY("memory"),
        /** A number that a call has filled in. */
        NUMBER("a number"),
        /** A call under way. */
        TASK("a call under way"),
        /** Many descriptors. */
        COPIES("copies of a descriptor"),
        /** Nothing at all. */
        NOTHING("nothing");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    private static final Pattern NUMBER = Pattern.compile("(-?)(0x[0-9a-fA-F]+|[0-9]+)([KMG]?)");
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");
    private static final Pattern PLACE = Pattern.compile("([a-z][a-z0-9_]*)(?:\\+(\\S+))?");

    private final Uapi uapi;
    private final Map<String, Kind> kinds = new HashMap<>();

    Scope(Uapi uapi) {
        this.uapi = uapi;
    }

    Uapi uapi() {
        return uapi;
    }

    void define(Words words, String name, Kind kind) {
        if (!NAME.matcher(name).matches()) {
            throw words.wrong("not a name: " + name + " (small letters, digits, _)");
        }
        if (kinds.put(name, kind) != null) {
            throw words.wrong(name + " is there already");
        }
    }

    /** Takes a variable of a kind; with {@code close}, it is gone behind this line. */
    String variable(Words words, Kind kind) {
        String name = words.take(kind.words);
        check(words, name, kind);
        return name;
    }

    void remove(String name) {
        kinds.remove(name);
    }

    /** What a variable is; NOTHING when there is none of that name. */
    Kind kind(String name) {
        return kinds.getOrDefault(name, Kind.NOTHING);
    }

    private void check(Words words, String name, Kind kind) {
        Kind actual = kind(name);
        if (actual == Kind.NOTHING) {
            throw words.wrong("no variable " + name + " here (never made, or closed above)");
        }
        if (actual != kind) {
            throw words.wrong(name + " is " + actual.words + ", not " + kind.words);
        }
    }

    /** A descriptor: a variable, or the number of one that is not there. */
    Operand fd(Words words) {
        String word = words.take("a descriptor");
        if (NUMBER.matcher(word).matches()) {
            return new Operand.Number(number(words, word));
        }
        check(words, word, Kind.FD);
        return new Operand.Variable(word);
    }

    /** Whatever can be put into a field: a number, a variable, an address. */
    Operand operand(Words words, String word) {
        if (word.startsWith("@")) {
            return address(words, word.substring(1));
        }
        if (NAME.matcher(word).matches()) {
            Kind kind = kind(word);
            if (kind != Kind.FD && kind != Kind.NUMBER) {
                check(words, word, Kind.NUMBER);
            }
            return new Operand.Variable(word);
        }
        return new Operand.Number(number(words, word));
    }

    private Operand address(Words words, String word) {
        if (NUMBER.matcher(word).matches()) {
            return new Operand.Address(Optional.empty(), number(words, word));
        }
        Place place = place(words, word);
        return new Operand.Address(Optional.of(place.name()), place.offset());
    }

    /** A place in memory. */
    record Place(String name, long offset) {}

    /** Reads {@code memory+offset}. */
    Place place(Words words, String word) {
        Matcher matcher = PLACE.matcher(word);
        if (!matcher.matches()) {
            throw words.wrong("not a place in memory: " + word + " (expected NAME or NAME+OFFSET)");
        }
        check(words, matcher.group(1), Kind.MEMORY);
        return new Place(matcher.group(1), matcher.group(2) == null ? 0 : number(words, matcher.group(2)));
    }

    /** Reads a number: {@code 12}, {@code 4K}, {@code 0xff}, {@code -1}, or constants joined by {@code |}. */
    long number(Words words, String word) {
        long value = 0;
        for (String part : word.split("\\|")) {
            Matcher matcher = NUMBER.matcher(part);
            value |= matcher.matches() ? literal(words, matcher) : constant(words, part);
        }
        return value;
    }

    private long constant(Words words, String name) {
        return uapi.constant(name).orElseThrow(() -> words.wrong("no such constant: " + name));
    }

    private static long literal(Words words, Matcher matcher) {
        try {
            String digits = matcher.group(2);
            long value = digits.startsWith("0x") ? Long.parseUnsignedLong(digits.substring(2), 16) : Long.parseUnsignedLong(digits);
            int shift = switch (matcher.group(3)) {
                case "K" -> 10;
                case "M" -> 20;
                case "G" -> 30;
                default -> 0;
            };
            return (matcher.group(1).isEmpty() ? value : -value) << shift;
        } catch (NumberFormatException e) {
            throw words.wrong("not a number of 64 bits: " + matcher.group());
        }
    }
}
