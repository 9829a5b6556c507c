package dmabuf.api;

import java.util.Objects;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Who attaches to a buffer: a device, or a driver in user space that acts for one. The counterpart of {@code struct device}.
 *
 * <p>A device of user space sees the memory of this process, at the addresses of this process, as user-space drivers do whose I/O addresses
 * are the virtual ones. One that sees it elsewhere (in the slots of a guest, behind a translation of its own) says where.
 *
 * <p>Called from whatever thread maps, with no lock held.
 */
@ConsumerType
public interface ImporterDevice {

    /**
     * Names the device, for messages.
     *
     * @return a short name, such as {@code vmm} or {@code 0000:00:02.0}
     */
    String name();

    /**
     * Tells whether the device can reach I/O memory: the memory of another device. Mirrors {@code allow_peer2peer}; it counts for dynamic
     * importers only, since such memory can be taken away.
     *
     * @return false unless overridden
     */
    default boolean reachesIoMemory() {
        return false;
    }

    /**
     * Says where the device sees memory. Mirrors {@code dma_map_sgtable}. Called once for each mapping that is made, not for those that are
     * shared; what it sets up it may take down when {@link Attachment#unmap} has returned.
     *
     * @param memory where the buffer is: in this process, unless the exporter has an address space of its own
     * @param direction which way data will move
     * @return the device's addresses of the same bytes; the same list unless overridden
     * @throws DmaBufException when the device cannot see the memory; the mapping is undone, and the caller gets this
     */
    default ScatterList translate(ScatterList memory, Direction direction) {
        return memory;
    }

    /**
     * Makes a device that sees the memory of this process and no I/O memory.
     *
     * @param name its name
     * @return the device
     */
    static ImporterDevice named(String name) {
        Objects.requireNonNull(name, "name");
        return () -> name;
    }
}
