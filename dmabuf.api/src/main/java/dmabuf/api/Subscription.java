package dmabuf.api;

/** The standing of a listener, ended by {@link #close()}. Thread-safe. */
public interface Subscription extends AutoCloseable {

    /** Ends it. Announcements that are already under way may still arrive. The second and later calls do nothing. */
    @Override
    void close();
}
