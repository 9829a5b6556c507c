package dmabuf.guest.machine;

import java.util.List;

/** Shows the end of a log inside a message. */
final class Excerpt {

    private static final int LINES = 30;

    private Excerpt() {}

    /** Gives a heading and the last lines; nothing of an empty log. */
    static String of(String heading, String log) {
        List<String> lines = log.strip().lines().toList();
        if (lines.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("\n").append(heading).append(':');
        lines.subList(Math.max(0, lines.size() - LINES), lines.size()).forEach(line -> text.append("\n  | ").append(line));
        return text.toString();
    }
}
