package dmabuf.tck;

/** What a step does. It answers in the words of {@link Answers} and leaves what it opens to the scene, whatever happens. */
interface Action {

    /**
     * Does it.
     *
     * @param scene what earlier steps have made, and the kernel to ask
     * @param variable what the result is to be called; empty when nobody wants it
     * @return the answer
     */
    String perform(Scene scene, String variable);
}
