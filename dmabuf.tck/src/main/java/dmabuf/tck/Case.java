package dmabuf.tck;

import java.util.List;
import java.util.Optional;

/**
 * One case of the table: what is set up, what is asked, and what has to be answered. Independent of every other case.
 *
 * <p>Immutable.
 */
public final class Case {

    private final String file;
    private final int line;
    private final String name;
    private final String source;
    private final List<String> needs;
    private final Optional<String> deviation;
    private final Optional<String> unconfirmed;
    private final boolean safe;
    private final Optional<String> note;
    private final List<Step> steps;

    Case(
            String file,
            int line,
            String name,
            String source,
            List<String> needs,
            Optional<String> deviation,
            Optional<String> unconfirmed,
            boolean safe,
            Optional<String> note,
            List<Step> steps) {
        this.file = file;
        this.line = line;
        this.name = name;
        this.source = source;
        this.needs = List.copyOf(needs);
        this.deviation = deviation;
        this.unconfirmed = unconfirmed;
        this.safe = safe;
        this.note = note;
        this.steps = List.copyOf(steps);
    }

    /**
     * Gives the name of the file that the case is in, without a folder.
     *
     * @return {@code udmabuf.cases}, for example
     */
    public String file() {
        return file;
    }

    /**
     * Gives the line that the case begins at.
     *
     * @return the line, counted from 1
     */
    public int line() {
        return line;
    }

    /**
     * Gives the name, which is a sentence and no other case's name.
     *
     * @return what the case shows
     */
    public String name() {
        return name;
    }

    /**
     * Says where in the kernel or its documentation the answer comes from.
     *
     * @return a file and a function, for example
     */
    public String source() {
        return source;
    }

    /**
     * Says what must be there for the case to run.
     *
     * @return device nodes, DRM drivers as {@code drm:vgem}, and features, as {@link Needs} knows them
     */
    public List<String> needs() {
        return needs;
    }

    /**
     * Says why a simulation cannot answer as Linux does, where that is so.
     *
     * @return the reason; empty when a simulation has to answer the same
     */
    public Optional<String> deviation() {
        return deviation;
    }

    /**
     * Says why no real device has given the answer yet, where that is so: it is read out of the kernel's source then.
     *
     * @return the reason; empty for what a real device has confirmed
     */
    public Optional<String> unconfirmed() {
        return unconfirmed;
    }

    /**
     * Tells whether the case can be asked of a device that somebody works with: it allocates little, gives everything back, changes nothing
     * that others see, waits for nothing that may not come, and touches no display.
     *
     * @return true for a case that says so
     */
    public boolean isSafe() {
        return safe;
    }

    /**
     * Says what a reader should know besides.
     *
     * @return a remark, most often where Linux does something else than is commonly believed
     */
    public Optional<String> note() {
        return note;
    }

    /**
     * Gives what is done, setup included.
     *
     * @return the steps, in order
     */
    public List<Step> steps() {
        return steps;
    }

    /** Says the name. */
    @Override
    public String toString() {
        return name;
    }
}
