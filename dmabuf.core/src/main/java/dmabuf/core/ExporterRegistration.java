package dmabuf.core;

import dmabuf.api.BufferSource;
import dmabuf.api.ExporterProperties;

/** The standing of an exporter that was {@linkplain CoreDmaBufs#add added}, ended by {@link #close}. Thread-safe. */
public interface ExporterRegistration extends AutoCloseable {

    /**
     * Gives what importers see of the exporter.
     *
     * @return the same object every time
     */
    BufferSource source();

    /**
     * Says what makes the source invisible to importers. It runs once, when the exporter leaves: after selections have lost it and before
     * its calls are awaited, with no lock held; at once when it is leaving already.
     *
     * @param withdraw unregisters a service, for instance; must not throw
     * @throws IllegalStateException when said twice
     */
    void whenLeaving(Runnable withdraw);

    /**
     * Takes over what the exporter says of itself now. Its generation stays.
     *
     * @param properties the properties, of the same exporter on the same device
     * @param ranking the service ranking
     */
    void update(ExporterProperties properties, int ranking);

    /**
     * Sees the exporter off: no new call, the calls in flight awaited for the drain time (those of other threads), its buffers ORPHANED. On
     * return nothing of the core leads to the exporter. The second and later calls wait for what is left of that.
     */
    @Override
    void close();
}
