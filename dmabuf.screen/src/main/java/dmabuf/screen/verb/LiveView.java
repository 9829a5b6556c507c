package dmabuf.screen.verb;

import dmabuf.api.DmaBufException;
import dmabuf.display.CursorMode;
import dmabuf.display.Display;
import dmabuf.display.DisplayListener;
import dmabuf.display.DisplayPicture;
import dmabuf.display.DisplayState;
import dmabuf.screen.ScreenShot;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;

/** Shows a screen in a terminal, again and again. One thread at a time. */
final class LiveView implements DisplayListener {

    static final Duration INTERVAL = Duration.ofMillis(50);

    private static final String ESCAPE = "\u001b[";
    private static final String BEGIN = ESCAPE + "?1049h" + ESCAPE + "?25l" + ESCAPE + "2J";
    private static final String END = ESCAPE + "0m" + ESCAPE + "?25h" + ESCAPE + "?1049l";
    private static final String HOME = ESCAPE + "H";
    private static final String CLEAR_REST_OF_LINE = ESCAPE + "K";
    private static final String CLEAR_REST = ESCAPE + "J";
    /** How often the size of the terminal is asked for, in pictures. */
    private static final int SIZE_EVERY = 20;

    private final Display display;
    private final PrintStream out;
    private final HalfBlocks blocks;
    private Terminal.Size size = Terminal.Size.USUAL;
    private int shown;
    private boolean ended;

    LiveView(Display display, PrintStream out, boolean trueColour) {
        this.display = display;
        this.out = out;
        this.blocks = new HalfBlocks(trueColour);
    }

    synchronized void begin() {
        out.print(BEGIN);
        out.flush();
    }

    @Override
    public void changed(DisplayState now) {
        show(now);
    }

    @Override
    public void refreshed(DisplayState now) {
        if (now.condition() == DisplayState.Condition.ON) {
            show(now);
        }
    }

    private synchronized void show(DisplayState now) {
        if (ended) {
            return;
        }
        if (shown++ % SIZE_EVERY == 0) {
            size = Terminal.size();
        }
        StringBuilder text = new StringBuilder(HOME).append(cut(display.name())).append(CLEAR_REST_OF_LINE).append('\n');
        text.append(cut(now.toString())).append(CLEAR_REST_OF_LINE).append('\n');
        text.append(picture(now)).append(CLEAR_REST);
        out.print(text);
        out.flush();
    }

    private String picture(DisplayState now) {
        if (now.condition() != DisplayState.Condition.ON) {
            return "";
        }
        try {
            Optional<DisplayPicture> picture = display.capture(CursorMode.COMPOSED);
            // The last line is left empty: a line's end there would scroll.
            return picture.map(each -> blocks.text(ScreenShot.image(each), size.columns(), size.rows() - 3)).orElse("");
        } catch (DmaBufException | IllegalArgumentException e) {
            return cut(e.getMessage()) + CLEAR_REST_OF_LINE + "\n";
        }
    }

    private String cut(String line) {
        return line.length() <= size.columns() ? line : line.substring(0, size.columns());
    }

    /** Gives the terminal back as it was. The second and later calls do nothing. */
    synchronized void end() {
        if (!ended) {
            ended = true;
            out.print(END);
            out.flush();
        }
    }
}
