package dmabuf.guest;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Shows one line a step, with its seconds: in place on a terminal, elsewhere when the step is over. */
public final class ConsoleProgress implements Progress {

    private static final String ERASE_LINE = "\r\033[K";

    private final PrintStream out;
    private final boolean inPlace;

    /**
     * Shows the steps.
     *
     * @param out where to
     * @param inPlace whether it is a terminal, whose lines can be written over
     */
    public ConsoleProgress(PrintStream out, boolean inPlace) {
        this.out = out;
        this.inPlace = inPlace;
    }

    /**
     * Shows the steps on standard error.
     *
     * @return in place, if it is a terminal
     */
    public static ConsoleProgress ofStandardError() {
        return new ConsoleProgress(System.err, isTerminal(Path.of("/proc/self/fd/2")));
    }

    private static boolean isTerminal(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public Step begin(String what) {
        Line line = new Line(what);
        line.detail("");
        return line;
    }

    private final class Line implements Step {

        private final String what;
        private final long start = System.nanoTime();
        private String shown = "";
        private boolean over;

        private Line(String what) {
            this.what = what;
        }

        @Override
        public void detail(String text) {
            String line = "guest: " + what + " ..." + (text.isEmpty() ? "" : " " + text);
            if (inPlace && !over && !line.equals(shown)) {
                out.print(ERASE_LINE + line);
                out.flush();
                shown = line;
            }
        }

        @Override
        public void done(String result) {
            end(result.isEmpty() ? "" : ": " + result);
        }

        @Override
        public void close() {
            end(": failed");
        }

        private void end(String result) {
            if (!over) {
                over = true;
                double seconds = (System.nanoTime() - start) / 1e9;
                // In one piece: others write to standard error as well.
                out.print(String.format(Locale.ROOT, "%sguest: %s%s, %.1f s%n", inPlace ? ERASE_LINE : "", what, result, seconds));
                out.flush();
            }
        }
    }
}
