package dmabuf.screen.verb;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What there is to know of the terminal: its size, and how many colours it has. */
final class Terminal {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,4}) (\\d{1,4})");
    private static final int PATIENCE_SECONDS = 2;

    /** In characters. */
    record Size(int columns, int rows) {

        /** What terminals had before they could be asked. */
        static final Size USUAL = new Size(80, 24);
    }

    private Terminal() {}

    /** Asks the terminal that this process belongs to; where there is none, the usual. */
    static Size size() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!stty.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                stty.destroyForcibly();
                return Size.USUAL;
            }
            return parse(new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
        } catch (IOException e) {
            return Size.USUAL;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Size.USUAL;
        }
    }

    /** Reads rows and columns, as stty(1) tells them. */
    static Size parse(String text) {
        Matcher size = SIZE.matcher(text);
        boolean known = size.matches() && Integer.parseInt(size.group(1)) > 1 && Integer.parseInt(size.group(2)) > 1;
        return known ? new Size(Integer.parseInt(size.group(2)), Integer.parseInt(size.group(1))) : Size.USUAL;
    }

    /** Terminals that know 24 bits of colour say so. */
    static boolean isTrueColour(Map<String, String> environment) {
        return environment.getOrDefault("COLORTERM", "").matches("truecolor|24bit");
    }
}
