package dmabuf.display;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Follows a screen. Called on a thread of the listener's own, one call at a time, with no lock held, and never more often than it has asked
 * for: one that takes long misses what was in between. What it throws is reported once and harms nobody.
 */
@ConsumerType
@FunctionalInterface
public interface DisplayListener {

    /**
     * The screen shows another framebuffer, the cursor has moved, or the screen went off, on, away, or came back. Called first with what
     * there is at the beginning.
     *
     * @param now what it shows now
     */
    void changed(DisplayState now);

    /**
     * The time is over that the listener wanted to pass between two calls, and nothing has changed that a device tells. The guest may have
     * drawn: what is in the framebuffer is told by nobody. Does nothing unless overridden.
     *
     * @param now what it shows now, as before
     */
    default void refreshed(DisplayState now) {}
}
