package dmabuf.tck;

/**
 * What a kernel answered to one step.
 *
 * @param step the step
 * @param answer the answer, in the words of the case language
 */
public record StepResult(Step step, String answer) {

    /**
     * Tells whether the answer is as expected.
     *
     * @return true when it is
     */
    public boolean asExpected() {
        return step.accepts(answer);
    }

    /**
     * Says what was asked, expected and answered.
     *
     * @return one line that begins with file and line
     */
    public String describe() {
        String expected = step.expected().isEmpty() ? "success" : step.expected();
        return step.place() + ": " + step.text() + ": expected " + expected + ", got " + answer;
    }
}
