package dmabuf.tck.fault;

/**
 * One call of an operation with one errno, and the proof that the operation bears it. Make a dynamic test of it:
 *
 * <pre>{@code sweep.cases().stream().map(each -> DynamicTest.dynamicTest(each.name(), each::run))}</pre>
 *
 * <p>Runs may be repeated, but not at the same time as other cases of the same kernel, or while something else in this process opens
 * and closes buffers.
 */
public final class FaultCase {

    private final String name;
    private final Runnable proof;

    FaultCase(String name, Runnable proof) {
        this.name = name;
        this.proof = proof;
    }

    /**
     * Says what is tried.
     *
     * @return the operation, the number of the call and which it is, and what it answers: {@code export by i915: call 7, ioctl
     *     DRM_IOCTL_PRIME_HANDLE_TO_FD, answers EMFILE}
     */
    public String name() {
        return name;
    }

    /**
     * Tries it.
     *
     * @throws AssertionError when the error does not arrive as it should, something is left over, or the operation does not work
     *     afterwards; the message says which
     */
    public void run() {
        proof.run();
    }

    /** Says the name. */
    @Override
    public String toString() {
        return name;
    }
}
