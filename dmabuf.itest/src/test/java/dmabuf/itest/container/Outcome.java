package dmabuf.itest.container;

import java.io.Serializable;

/**
 * What became of one node of the test plan inside the container. Crosses to the outside as bytes.
 *
 * @param id the unique id, the same on both sides
 * @param parent the unique id of the node above, empty for the engine
 * @param name the display name
 * @param test whether it is a test; otherwise it contains some
 * @param status how it ended
 * @param reason why it was skipped, empty otherwise
 * @param failure what it threw, null for nothing
 */
record Outcome(String id, String parent, String name, boolean test, Status status, String reason, PackedThrowable failure)
        implements Serializable {

    /** How a node ended. */
    enum Status {
        /** It ran to its end. */
        SUCCESSFUL,
        /** An assumption of it did not hold. */
        ABORTED,
        /** It threw. */
        FAILED,
        /** A condition kept it from running. */
        SKIPPED
    }
}
