package importer.vmm;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A stretch of RAM, made of chunks: memfds that cannot shrink, each mapped here and shown to the guest in a slot of its own. Cached on both
 * sides. What devices of the guest are to see of it leaves as a dma-buf: {@link GuestMemory#export}.
 *
 * <p>Thread-safe.
 */
@ProviderType
public interface GuestRam extends AutoCloseable {

    /**
     * Tells where it begins.
     *
     * @return the guest-physical address
     */
    long guestAddress();

    /**
     * Tells how long it is.
     *
     * @return bytes
     */
    long length();

    /**
     * Lists the chunks.
     *
     * @return their slots, in the order of their addresses
     */
    List<GuestSlot> chunks();

    /**
     * Takes it from the guest, and frees it. Dma-bufs that were exported of it keep their pages. The second and later calls do nothing.
     *
     * @throws dmabuf.api.DmaBufException what KVM says; the chunks that it says it of stay, and this may be called again
     */
    @Override
    void close();
}
