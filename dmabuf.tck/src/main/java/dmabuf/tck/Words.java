package dmabuf.tck;

import java.util.ArrayList;
import java.util.List;

/**
 * The words of a step, read one by one. Words are separated by blanks; {@code "…"} is one word, and {@code (}, {@code )} and {@code =}
 * behind a variable are words of their own.
 */
final class Words {

    private final String file;
    private final int line;
    private final List<String> words;
    private int next;

    private Words(String file, int line, List<String> words) {
        this.file = file;
        this.line = line;
        this.words = words;
    }

    static Words of(String file, int line, String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        for (char c : text.toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
                word.append(c);
            } else if (quoted || !Character.isWhitespace(c) && c != '(' && c != ')') {
                word.append(c);
            } else {
                flush(word, words);
                if (c == '(' || c == ')') {
                    words.add(String.valueOf(c));
                }
            }
        }
        if (quoted) {
            throw new CaseSyntaxException(file, line, "a text has no end: the closing \" is missing");
        }
        flush(word, words);
        return new Words(file, line, words);
    }

    private static void flush(StringBuilder word, List<String> words) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    boolean isEmpty() {
        return next == words.size();
    }

    /** The next word without taking it, empty at the end. */
    String peek() {
        return isEmpty() ? "" : words.get(next);
    }

    /** Takes the next word; the message names what should be there. */
    String take(String what) {
        if (isEmpty()) {
            throw wrong(what + " is missing");
        }
        return words.get(next++);
    }

    /** Takes the next word if it is this one. */
    boolean takeIf(String word) {
        boolean there = peek().equals(word);
        next += there ? 1 : 0;
        return there;
    }

    /** Takes the next word if it is {@code key=value}, and gives the value. */
    String takeOption(String key, String otherwise) {
        if (peek().startsWith(key + "=")) {
            return words.get(next++).substring(key.length() + 1);
        }
        return otherwise;
    }

    /** Looks whether the word behind the next one is this. */
    boolean follows(String word) {
        return next + 1 < words.size() && words.get(next + 1).equals(word);
    }

    void end() {
        if (!isEmpty()) {
            throw wrong("too much: " + peek());
        }
    }

    CaseSyntaxException wrong(String message) {
        return new CaseSyntaxException(file, line, message);
    }
}
