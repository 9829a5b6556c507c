package dmabuf.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** A line of the census: one buffer at one moment. Immutable; holds no buffer, descriptor or class of an exporter. */
@ProviderType
public interface BufferInfo {

    /**
     * Gives the identity.
     *
     * @return device and inode
     */
    BufferId id();

    /**
     * Gives the name.
     *
     * @return the name that this process gave it last, empty for none
     */
    String name();

    /**
     * Gives the size.
     *
     * @return bytes
     */
    long size();

    /**
     * Tells where the buffer came from.
     *
     * @return exporter, device and generation in words, or {@code imported}
     */
    String origin();

    /**
     * Tells what becomes of the memory when the exporter goes, and with {@link Lifetime#EXPORTER_BOUND} whose classes it keeps.
     *
     * @return the lifetime, {@link Lifetime#SELF_CONTAINED} for what was imported
     */
    Lifetime lifetime();

    /**
     * Gives the state.
     *
     * @return the state at that moment
     */
    BufferState state();

    /**
     * Counts the open handles.
     *
     * @return 0 or more
     */
    int handles();

    /**
     * Counts the open mappings.
     *
     * @return 0 or more
     */
    int mappings();

    /**
     * Counts the CPU-access scopes that are open on each mapping.
     *
     * @return a number for each open mapping, in no particular order
     */
    List<Integer> openScopes();

    /**
     * Tells where the handles, mappings, attachments and scopes that are open were made, as far as that is known: only of those that
     * were made while {@code traceLeaks} of the configuration {@code dmabuf.core} was set.
     *
     * @return a text of several lines for each, in no particular order; empty when nothing is known
     */
    default List<String> traces() {
        return List.of();
    }
}
