package dmabuf.soak;

import java.io.PrintStream;

/** A line a second that says how far it is: plain lines, or on a terminal one that is written over. For one thread. */
final class Progress {

    private static final long SECOND = 1_000_000_000;

    private final PrintStream out;
    private final boolean terminal;
    private final long begun = System.nanoTime();
    private long next = begun + SECOND;
    private boolean open;

    Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Says it if a second has passed. */
    void tell(int swaps, int wanted, Tally tally) {
        long now = System.nanoTime();
        if (now < next) {
            return;
        }
        next = now + SECOND;
        String line = "%3d s: %d%s swaps, %d round trips, %d wrong bytes, %d unexpected, longest pause %.1f ms".formatted(
                (now - begun) / SECOND, swaps, wanted == Integer.MAX_VALUE ? "" : " of " + wanted, tally.rounds(), tally.wrongBytes(),
                tally.unexpected(), tally.longestPause() / 1e6);
        if (terminal) {
            out.print("\r\033[K" + line);
            open = true;
        } else {
            out.println(line);
        }
        out.flush();
    }

    /** Ends the line that is written over. */
    void end() {
        if (open) {
            out.print("\r\033[K");
            out.flush();
        }
    }
}
