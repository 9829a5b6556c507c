package dmabuf.tck;

/** One line of a case: a call or a look at something, and the answer that is expected. Immutable. */
public final class Step {

    private final String file;
    private final int line;
    private final boolean setup;
    private final String text;
    private final String variable;
    private final String expected;
    private final Action action;

    Step(String file, int line, boolean setup, String text, String variable, String expected, Action action) {
        this.file = file;
        this.line = line;
        this.setup = setup;
        this.text = text;
        this.variable = variable;
        this.expected = expected;
        this.action = action;
    }

    /**
     * Gives the line that the step is written at.
     *
     * @return the line, counted from 1
     */
    public int line() {
        return line;
    }

    /**
     * Says where the step is written.
     *
     * @return {@code udmabuf.cases:17}, for example
     */
    public String place() {
        return file + ":" + line;
    }

    /**
     * Tells whether the step is part of a setup that several cases share.
     *
     * @return false for a step of the case itself
     */
    public boolean isSetup() {
        return setup;
    }

    /**
     * Gives the step as it is written, without the expected answer.
     *
     * @return the text
     */
    public String text() {
        return text;
    }

    /**
     * Gives the answer that is expected.
     *
     * @return an answer, empty when it only has to succeed
     */
    public String expected() {
        return expected;
    }

    /**
     * Tells whether an answer is as expected.
     *
     * @param answer what was answered
     * @return true when it is
     */
    public boolean accepts(String answer) {
        return expected.isEmpty() ? Answers.isSuccess(answer) : expected.equals(answer);
    }

    /** What the result is called from here on, empty for nothing. */
    String variable() {
        return variable;
    }

    Action action() {
        return action;
    }

    /** Says the step and what it expects. */
    @Override
    public String toString() {
        return expected.isEmpty() ? text : text + " -> " + expected;
    }
}
