package dmabuf.demo;

import java.util.Objects;
import java.util.function.Supplier;

/** Counts what held, and stops at the first thing that does not. Not thread-safe. */
final class Checks {

    private int held;

    /** One check: that something is as expected. */
    void equal(String what, Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) {
            throw new CheckFailed(what, expected, actual);
        }
        held++;
    }

    /** One check: that something is so; the words say what there is instead. */
    void holds(String what, boolean holds, Supplier<?> actual) {
        if (!holds) {
            throw new CheckFailed(what, "true", actual.get());
        }
        held++;
    }

    int held() {
        return held;
    }

    /** Something is not as it must be. */
    static final class CheckFailed extends RuntimeException {

        private static final long serialVersionUID = 1L;

        CheckFailed(String what, Object expected, Object actual) {
            super("check failed: " + what + ": expected " + expected + ", actual " + actual);
        }
    }
}
