package importer.vmm;

import dmabuf.api.DmaBufException;

/** A slot of guest memory was refused, before KVM was asked. Nothing has changed. */
public final class SlotException extends DmaBufException {

    private static final long serialVersionUID = 1L;

    /** Why. */
    private final SlotProblem problem;

    /**
     * Reports a refusal.
     *
     * @param problem why; the errno is its own
     * @param operation what was tried
     * @param subject what it was tried on
     * @param hint why in words, and what to do about it
     */
    public SlotException(SlotProblem problem, String operation, String subject, String hint) {
        super(problem.errno(), operation, subject, hint);
        this.problem = problem;
    }

    /**
     * Tells why.
     *
     * @return the reason, never null
     */
    public SlotProblem problem() {
        return problem;
    }
}
