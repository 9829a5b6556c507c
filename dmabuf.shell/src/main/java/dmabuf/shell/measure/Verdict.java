package dmabuf.shell.measure;

/** What a measurement says of a claim. */
enum Verdict {
    /** The mapping behaves as its policy claims. */
    PLAUSIBLE("plausible"),
    /** The mapping does not behave as its policy claims. */
    IMPLAUSIBLE("implausible"),
    /** The measurement shows nothing: here, or at all. */
    CANNOT_TELL("cannot tell"),
    /** The exporter does not know, and says so. A measurement does not make it a policy. */
    NO_CLAIM("no claim"),
    /** There is no device, and so nothing that could be as claimed or not. */
    SIMULATED("simulated"),
    /** The CPU cannot map it. */
    NOT_MAPPABLE("not mappable");

    private final String words;

    Verdict(String words) {
        this.words = words;
    }

    /** As listings spell it. */
    String words() {
        return words;
    }
}
